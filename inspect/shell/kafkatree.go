package shell

import (
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kraftctl/kraftctl/clusterid"
	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/internal/javalang"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/release"
)

// commits are the commits of the releases whose shells were observed, as /local/commitId prints them.
var commits = map[release.Release]string{
	release.V3_3: "b66af662e61082cb", release.V3_4: "8a516edc2755df89", release.V3_5: "8f0b0b0d0466632b",
	release.V3_6: "c4deed513057c94e", release.V3_7: "79a8f2b5f44f9d5a", release.V3_8: "70d6ff42debf7e17",
	release.V3_9: "5e9866f43ab8e7e4", release.V4_0: "5d0fe56677f97d95", release.V4_1: "c82fd9b934b4c1e6",
	release.V4_2: "92f61c44867f39dc", release.V4_3: "26b251a451ce941d", release.V4_4: "1156b2752aaa28ea",
}

// kafkaTree makes the tree that the shell of a release shows of an image.
type kafkaTree struct {
	*habits
	img     *image.Image
	release release.Release
}

// KafkaTree is the tree of the shell of a release, 3.5 or later: /image and /local.
func KafkaTree(img *image.Image, r release.Release) *image.Node {
	return directory2("local", local(r), "image", ImageTree(img, r))
}

// ImageTree is what the shell of a release shows below /image.
func ImageTree(img *image.Image, r release.Release) *image.Node {
	k := &kafkaTree{habits: habitsOf(r), img: img, release: r}
	names := []string{"provenance", "features", "cluster", "topics", "configs", "clientQuotas", "producerIds", "acls", "scram"}
	if k.tokens {
		names = append(names, "delegationToken")
	}
	return dir(javaOrder(names), func(name string) *image.Node {
		switch name {
		case "acls":
			return k.acls()
		case "cluster":
			return k.cluster()
		case "configs":
			return k.configs()
		case "features":
			return k.features()
		case "clientQuotas":
			return k.quotas()
		case "producerIds":
			return k.producerIDs()
		case "provenance":
			return image.Scalar(k.provenance())
		case "scram":
			return k.scram()
		case "topics":
			return directory2("byName", k.topicsByName(), "byId", k.topicsByID())
		case "delegationToken":
			return k.delegationTokens()
		}
		return nil
	})
}

func local(r release.Release) *image.Node {
	return directory2("version", image.Scalar(r.Observed()), "commitId", image.Scalar(commits[r]))
}

// dir is a directory of the given names.
func dir(names []string, child func(name string) *image.Node) *image.Node {
	return image.Dir(func() []string { return names }, func(name string) *image.Node {
		if !slices.Contains(names, name) {
			return nil
		}
		return child(name)
	})
}

// directory2 is a directory of two entries.
func directory2(a string, an *image.Node, b string, bn *image.Node) *image.Node {
	return dir([]string{a, b}, func(name string) *image.Node {
		if name == a {
			return an
		}
		return bn
	})
}

func (k *kafkaTree) provenance() string {
	p := k.img.Provenance
	return fmt.Sprintf("offset %d, epoch %d, time %s[UTC]", p.Offset, p.Epoch, zoned(p.Timestamp))
}

// zoned prints a time as DateTimeFormatter.ISO_ZONED_DATE_TIME does, with as many digits as it needs.
func zoned(ms int64) string {
	return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.999Z")
}

func (k *kafkaTree) features() *image.Node {
	const version, state, prefix = "metadataVersion", "zkMigrationState", "finalized_"
	names := []string{version}
	if k.migration != noMigration {
		names = append(names, state)
	}
	for _, name := range javaOrder(slices.Sorted(maps.Keys(k.img.Features))) {
		if name != image.MetadataVersionFeature && !(k.hidesKRaftVersion && name == "kraft.version") {
			names = append(names, prefix+name)
		}
	}
	return image.Dir(func() []string { return names }, func(name string) *image.Node {
		if name == version {
			return image.Scalar(k.metadataVersion())
		}
		if name == state && k.migration == showsMigration {
			number := int8(0)
			if k.img.Migration != nil {
				number = *k.img.Migration
			}
			return image.Scalar(image.Name(image.MigrationStates, number))
		}
		if feature, ok := strings.CutPrefix(name, prefix); ok {
			level := k.img.Features[feature]
			if feature == image.MetadataVersionFeature {
				level = 0
			}
			return image.Scalar(int64(level))
		}
		return nil
	})
}

// metadataVersion prints the version; before the first record of it releases before 4.0 take the lowest there is.
func (k *kafkaTree) metadataVersion() string {
	level, known := k.img.Features[image.MetadataVersionFeature]
	if !known {
		if k.optionalVersion {
			return "Optional.empty"
		}
		level = release.LevelKRaft
	}
	v, _ := k.release.MetadataVersionAt(level)
	if k.optionalVersion {
		return "Optional[" + v.Name + "]"
	}
	return v.Name
}

func (k *kafkaTree) cluster() *image.Node {
	brokers := byNumber(k.img.Brokers, k.broker)
	if !k.controllers {
		return brokers
	}
	return directory2("brokers", brokers, "controllers", byNumber(k.img.Controllers, k.controller))
}

// byNumber is a directory of nodes of the cluster.
func byNumber[V any](m map[int32]V, text func(V) string) *image.Node {
	return image.Dir(func() []string {
		names := make([]string, 0, len(m))
		for _, id := range slices.Sorted(maps.Keys(m)) {
			names = append(names, strconv.Itoa(int(id)))
		}
		return names
	}, func(name string) *image.Node {
		id, err := javalang.ParseInt(name, 32)
		v, ok := m[int32(id)]
		if err != nil || !ok {
			return nil
		}
		return image.Leaf(func() []image.Field { return []image.Field{{Value: text(v)}} })
	})
}

// byUUID is a directory by ID.
func byUUID[V any](m map[metadata.UUID]V, node func(V) *image.Node) *image.Node {
	return image.Dir(func() []string {
		names := make([]string, 0, len(m))
		for id := range m {
			names = append(names, id.String())
		}
		slices.Sort(names)
		return javaIDOrder(names)
	}, func(name string) *image.Node {
		id, err := clusterid.Parse(name)
		v, ok := m[metadata.UUID(id)]
		if err != nil || !ok {
			return nil
		}
		return node(v)
	})
}

func (k *kafkaTree) acls() *image.Node {
	byID := byUUID(k.img.ACLs, func(a *image.ACL) *image.Node { return image.Scalar(k.acl(a)) })
	if !k.aclDirectory {
		return byID
	}
	return dir([]string{"byId"}, func(string) *image.Node { return byID })
}

func (k *kafkaTree) topicsByName() *image.Node {
	topics := &k.img.Topics
	return image.Dir(func() []string {
		var names []string
		for _, t := range topics.Oldest() {
			if topics.ByName(t.Name) == t {
				names = append(names, t.Name)
			}
		}
		return javaOrder(names)
	}, func(name string) *image.Node { return k.topic(topics.ByName(name)) })
}

func (k *kafkaTree) topicsByID() *image.Node {
	topics := &k.img.Topics
	return image.Dir(func() []string {
		var names []string
		for _, t := range topics.Oldest() {
			names = append(names, t.ID.String())
		}
		return javaIDOrder(names)
	}, func(name string) *image.Node {
		id, err := clusterid.Parse(name)
		if err != nil {
			return nil
		}
		return k.topic(topics.ByID(metadata.UUID(id)))
	})
}

func (k *kafkaTree) topic(t *image.Topic) *image.Node {
	if t == nil {
		return nil
	}
	return image.Dir(func() []string {
		names := []string{"name", "id"}
		for _, id := range t.IDs() {
			names = append(names, strconv.Itoa(int(id)))
		}
		return names
	}, func(name string) *image.Node {
		switch name {
		case "name":
			return image.Scalar(t.Name)
		case "id":
			return image.Scalar(t.ID.String())
		}
		id, err := javalang.ParseInt(name, 32)
		p, ok := t.Partition(int32(id))
		if err != nil || !ok {
			return nil
		}
		return image.Leaf(func() []image.Field { return []image.Field{{Value: k.partition(&p)}} })
	})
}

func (k *kafkaTree) producerIDs() *image.Node {
	next := int64(-1)
	if k.img.ProducerIDs != nil {
		next = k.img.ProducerIDs.Next
	}
	return dir([]string{"nextProducerId"}, func(string) *image.Node { return image.Scalar(next) })
}

func (k *kafkaTree) scram() *image.Node {
	return dir([]string{"SCRAM-SHA-256", "SCRAM-SHA-512"}, func(mechanism string) *image.Node {
		users := map[string]*image.Credential{}
		for u, c := range k.img.Users {
			if image.Mechanisms[u.Mechanism] == mechanism {
				users[u.Name] = c
			}
		}
		return dir(javaOrder(slices.Sorted(maps.Keys(users))), func(name string) *image.Node {
			c := users[name]
			return image.Secret(fmt.Sprintf("ScramCredentialData(salt=%s, storedKey=%s, serverKey=%s, iterations=%d)",
				hex.EncodeToString(c.Salt), hex.EncodeToString(c.StoredKey), hex.EncodeToString(c.ServerKey), c.Iterations))
		})
	})
}

func (k *kafkaTree) delegationTokens() *image.Node {
	return dir(javaOrder(slices.Sorted(maps.Keys(k.img.Tokens))), func(name string) *image.Node {
		t := k.img.Tokens[name]
		return image.Scalar(fmt.Sprintf(
			"DelegationTokenDatatokenId=%s(owner=%s(tokenRequester=%s(renewers=%s, issueTimestamp=%d, maxTimestamp=%d), expiryTimestamp=%d",
			t.ID, t.Owner, t.Requester, strings.Join(t.Renewers, " "), t.Issued, t.Max, t.Expires))
	})
}
