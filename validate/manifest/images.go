package manifest

import (
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/release"
)

// family is a group of images that read their variables alike.
type family struct {
	// names are the last parts of the image's name, such as "confluentinc/cp-kafka".
	names []string
	// scripts are what starts Kafka in the container; a command without any of them runs something else.
	scripts []string
	// mounts are where a server.properties may be mounted that mixes with, or replaces, what the variables say.
	mounts []string
	// releases maps the first two numbers of a tag to a Kafka release line; nil where they are the same.
	releases map[string]string
	// cluster are the variables that hold the cluster ID, the first that is set wins.
	cluster []string
	// defaultCluster is the cluster ID when none of them is set; empty for a random one or none.
	defaultCluster string
	// filledIn are keys for which images up to Kafka 3.4 have values that changed from one to the next.
	filledIn []string
	// translate makes properties of the variables.
	translate func(env environment, at Place) properties
}

// families are the images we know.
//
// Sources: KIP-975 and core/src/main/scala/kafka/docker/KafkaDockerWrapper.scala of apache/kafka; confluentinc/kafka-images
// and dub.py of confluent-docker-utils; bitnami/containers, libkafka.sh and kafka-env.sh of 3.x and 4.0; for the releases of
// Confluent Platform its page "Supported Versions and Interoperability".
var families = []*family{
	{
		names:          []string{"apache/kafka", "apache/kafka-native"},
		scripts:        []string{"/etc/kafka/docker/run", "/etc/kafka/docker/launch"},
		mounts:         []string{"/mnt/shared/config", "/opt/kafka/config"},
		cluster:        []string{"CLUSTER_ID"},
		defaultCluster: "5L6g3nShT-eMCtK--X86sw",
		translate:      apacheProperties,
	},
	{
		names:   []string{"confluentinc/cp-kafka", "confluentinc/cp-server"},
		scripts: []string{"/etc/confluent/docker/run", "/etc/confluent/docker/launch"},
		mounts:  []string{"/etc/kafka"},
		releases: map[string]string{
			"7.3": "3.3", "7.4": "3.4", "7.5": "3.5", "7.6": "3.6", "7.7": "3.7", "7.8": "3.8", "7.9": "3.9",
			"8.0": "4.0", "8.1": "4.1", "8.2": "4.2", "8.3": "4.3",
		},
		cluster:   []string{"CLUSTER_ID"},
		translate: confluentProperties,
	},
	{
		names:     []string{"bitnami/kafka", "bitnamilegacy/kafka", "bitnamisecure/kafka"},
		scripts:   []string{"/opt/bitnami/scripts/kafka/run.sh", "/opt/bitnami/scripts/kafka/entrypoint.sh"},
		mounts:    []string{"/bitnami/kafka/config", "/opt/bitnami/kafka/config", "/opt/bitnami/kafka/conf"},
		cluster:   []string{"KAFKA_CLUSTER_ID", "KAFKA_KRAFT_CLUSTER_ID"},
		filledIn:  []string{"process.roles", "node.id", "controller.quorum.voters", "listeners", "controller.listener.names"},
		translate: bitnamiProperties,
	},
}

// foreign are images whose KAFKA_ variables are not server properties although they look alike.
var foreign = []string{"confluentinc/confluent-local"}

// image is a reference taken apart: [registry/]name[:tag][@digest].
type image struct{ name, tag string }

func parseImage(reference string) image {
	reference, _, _ = strings.Cut(reference, "@")
	slash := strings.LastIndexByte(reference, '/')
	if colon := strings.LastIndexByte(reference, ':'); colon > slash {
		return image{reference[:colon], reference[colon+1:]}
	}
	return image{name: reference}
}

// is tells whether the image is of one of some names, whatever registry or mirror it is pulled from.
func (i image) is(names []string) bool {
	for _, name := range names {
		if i.name == name || strings.HasSuffix(i.name, "/"+name) {
			return true
		}
	}
	return false
}

// familyOf finds the family of an image; of an unknown or unnamed one it is guessed from the variables, and known is false.
func familyOf(i image, env environment) (f *family, known bool) {
	for _, f := range families {
		if i.is(f.names) {
			return f, true
		}
	}
	_, apache := env.lookup("KAFKA_PROCESS_ROLES")
	_, bitnami := env.lookup("KAFKA_CFG_PROCESS_ROLES")
	switch {
	case i.is(foreign):
		return nil, false
	case bitnami:
		return families[2], false
	case apache:
		return families[0], false
	}
	return nil, false
}

// releaseOf is the Kafka release an image's tag stands for; nil for latest, or a line we have no facts about.
func (f *family) releaseOf(tag string) *release.Release {
	parts := strings.SplitN(strings.TrimPrefix(tag, "v"), ".", 3)
	if len(parts) < 2 {
		return nil
	}
	line := parts[0] + "." + leadingDigits(parts[1])
	if f.releases != nil {
		line = f.releases[line]
	}
	for _, r := range release.All() {
		if r.String() == line {
			return &r
		}
	}
	return nil
}

func leadingDigits(s string) string {
	return s[:len(s)-len(strings.TrimLeft(s, "0123456789"))]
}

// starts tells whether a command runs the image's own start script.
func (f *family) starts(command string) bool {
	for _, script := range slices.Concat(f.scripts, []string{"kafka-server-start"}) {
		if strings.Contains(command, script) {
			return true
		}
	}
	return false
}

// rewrites tells whether a command may change what the variables say.
func rewrites(command string) bool {
	for _, text := range []string{"KAFKA_", "CLUSTER_ID", "--override", ".properties"} {
		if strings.Contains(command, text) {
			return true
		}
	}
	return false
}

// fillsIn is the first key that an old image may set by itself; empty when there is none.
func (f *family) fillsIn(n *Node, props properties) string {
	if n.Release == nil || *n.Release >= release.V3_5 {
		return ""
	}
	for _, key := range f.filledIn {
		if !props.has(key) {
			return key
		}
	}
	return ""
}

// configMount is the first mount that may bring a server.properties; empty when there is none.
func (f *family) configMount(targets []string) string {
	for _, target := range targets {
		target = strings.TrimSuffix(target, "/")
		for _, mount := range f.mounts {
			if target == mount || target == mount+"/server.properties" || target == mount+"/kafka.properties" {
				return target
			}
		}
	}
	return ""
}
