package export_test

import (
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/export"
)

// everything are all kinds of objects.
var everything = []export.Kind{
	export.KindTopic, export.KindConfig, export.KindQuota, export.KindUser, export.KindToken, export.KindACL,
}

// state is an image that is being made.
type state struct {
	*image.Image
	builder *image.Builder
	offset  int64
	topics  uint64
}

// newState is a cluster of the brokers 1, 2, 9 and 10.
func newState() *state {
	b := image.NewBuilder(image.DefaultOptions())
	s := &state{Image: b.Image(), builder: b}
	for _, id := range []int32{1, 2, 9, 10} {
		r := metadata.NewRegisterBrokerRecord()
		r.BrokerId = id
		s.apply(r)
	}
	return s
}

func (s *state) apply(records ...metadata.Record) {
	for _, rec := range records {
		s.builder.Apply(&metalog.Record{Offset: s.offset, Epoch: 3, Timestamp: 1_790_000_000_000 + s.offset, Record: rec})
		s.offset++
	}
	s.Image = s.builder.Image()
}

// topic adds a topic with the given replicas of its partitions 0, 1, …, and configurations as key, value, ….
func (s *state) topic(name string, replicas [][]int32, configs ...string) {
	s.topics++
	var id metadata.UUID
	binary.BigEndian.PutUint64(id[8:], s.topics)
	s.apply(&metadata.TopicRecord{Name: name, TopicId: id})
	for i, list := range replicas {
		s.partition(id, int32(i), list, nil, nil)
	}
	s.config(image.TopicConfig, name, configs...)
}

func (s *state) partition(topic metadata.UUID, id int32, replicas, adding, removing []int32) {
	p := metadata.NewPartitionRecord()
	p.TopicId, p.PartitionId, p.Replicas, p.Isr = topic, id, replicas, replicas
	p.AddingReplicas, p.RemovingReplicas, p.LeaderEpoch, p.PartitionEpoch = adding, removing, 0, 0
	s.apply(p)
}

func (s *state) config(kind int8, name string, configs ...string) {
	for i := 0; i < len(configs); i += 2 {
		s.apply(&metadata.ConfigRecord{ResourceType: kind, ResourceName: name, Name: configs[i], Value: metadata.Str(configs[i+1])})
	}
}

// quota sets a quota of an entity given as type, name, …; the name "" is the default.
func (s *state) quota(key string, value float64, entity ...string) {
	r := &metadata.ClientQuotaRecord{Key: key, Value: value}
	for i := 0; i < len(entity); i += 2 {
		e := metadata.QuotaEntity{EntityType: entity[i]}
		if entity[i+1] != "" {
			e.EntityName = metadata.Str(entity[i+1])
		}
		r.Entity = append(r.Entity, e)
	}
	s.apply(r)
}

// acl adds an entry with the numbers of Kafka's enumerations.
func (s *state) acl(kind, pattern int8, name, principal, host string, operation, permission int8) {
	var id metadata.UUID
	binary.BigEndian.PutUint64(id[8:], uint64(len(s.ACLs))+1)
	s.apply(&metadata.AccessControlEntryRecord{
		Id: id, ResourceType: kind, PatternType: pattern, ResourceName: name, Principal: principal, Host: host, Operation: operation, PermissionType: permission,
	})
}

func (s *state) user(name string, mechanism int8) {
	s.apply(&metadata.UserScramCredentialRecord{
		Name: name, Mechanism: mechanism, Iterations: 4096, Salt: []byte("saltsalt"), StoredKey: []byte("stored!"), ServerKey: []byte("server!"),
	})
}

func (s *state) token(id string) {
	s.apply(&metadata.DelegationTokenRecord{
		TokenId: id, Owner: "User:a", Requester: "User:b", Renewers: []string{"User:c"}, IssueTimestamp: 1e12, MaxTimestamp: 2e12, ExpirationTimestamp: 15e11,
	})
}

func text(t testing.TB, write func(*strings.Builder) error) string {
	t.Helper()
	var b strings.Builder
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// commands writes the commands for a state, and gives the lines that are no comments of the head.
func commands(t testing.TB, s *state, o export.CommandOptions) (string, export.Result) {
	t.Helper()
	if o.Kinds == nil {
		o.Kinds = everything
	}
	if o.Tools.Release == 0 {
		o.Tools.Release = release.Newest()
	}
	var result export.Result
	script := text(t, func(b *strings.Builder) (err error) {
		result, err = export.WriteCommands(b, s.Image, o)
		return err
	})
	return script, result
}

// hardNames are texts that YAML, JSON, shells or Kafka's tools could take for something else.
var hardNames = []string{
	"yes", "No", "ON", "off", "y", "N", "true", "False", "null", "NULL", "~", "1e3", "0x1F", "0o17", "012", "1_000", "1:30", ".5", "-", "- a", "-1", "+1",
	".inf", "-.INF", ".nan", "2026-01-31", "2026-01-31T00:00:00Z", "=", "<<", "a: b", "a #b", "#a", "&a", "*a", "!a", "%a", "@a", "`a`", "|", ">", "? a", "[a]",
	"{a}", "a,b", "'", "''", `"`, `\`, `\n`, "\n", "a\nb", "a\r\nb", "\t", " a", "a ", "", "---", "...", "--- a", "é", "日本", "😀", "\u0085", "\u2028",
	"\ufeff", "\u00a0", "\u00ad", "\x7f", "\x01", "$HOME", "$(id)", "`id`", "a;b", "a&b", "a|b", "a>b", "*", "?", "~root", "!!", "-n", "--", "e\u0301", "\U0010FFFD", "\uFFFD",
}

// names generates valid UTF-8 without NUL, hard ones often.
func names() *rapid.Generator[string] {
	random := rapid.Map(rapid.String(), func(s string) string { return strings.ReplaceAll(strings.ToValidUTF8(s, "?"), "\x00", "0") })
	glued := rapid.Custom(func(t *rapid.T) string {
		return rapid.SampledFrom(hardNames).Draw(t, "a") + rapid.SampledFrom(hardNames).Draw(t, "b")
	})
	return rapid.OneOf(rapid.SampledFrom(hardNames), glued, random, rapid.StringMatching(`[a-z0-9._-]{1,8}`)).Filter(utf8.ValidString)
}
