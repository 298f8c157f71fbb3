package export

import (
	"encoding/base64"
	"encoding/json"
	"iter"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/kraftctl/kraftctl/image"
)

// document is one object, as encoding/json and go.yaml.in/yaml write it.
type document struct {
	APIVersion string `json:"apiVersion" yaml:"apiVersion"`
	Kind       Kind   `json:"kind" yaml:"kind"`
	Metadata   any    `json:"metadata,omitempty" yaml:"metadata,omitempty"`
	Spec       any    `json:"spec" yaml:"spec"`
}

type headSpec struct {
	Tool     string           `json:"tool" yaml:"tool"`
	Source   text             `json:"source" yaml:"source"`
	Offset   int64            `json:"offset" yaml:"offset"`
	Epoch    int32            `json:"epoch" yaml:"epoch"`
	Time     string           `json:"time" yaml:"time"`
	Complete bool             `json:"complete" yaml:"complete"`
	Kinds    []Kind           `json:"kinds" yaml:"kinds,flow"`
	Features map[string]int16 `json:"features" yaml:"features"`
}

type topicName struct {
	Name text   `json:"name" yaml:"name"`
	ID   string `json:"id" yaml:"id"`
}

type topicSpec struct {
	Partitions        int  `json:"partitions" yaml:"partitions"`
	ReplicationFactor int  `json:"replicationFactor" yaml:"replicationFactor"`
	Internal          bool `json:"internal" yaml:"internal"`
	configSpec        `yaml:",inline"`
	Assignment        []placement `json:"assignment" yaml:"assignment"`
}

// configSpec are the configurations of a resource; Hidden are the names of those whose values are secret and were not asked for.
type configSpec struct {
	Configs map[text]text `json:"configs" yaml:"configs"`
	Hidden  []text        `json:"hiddenConfigs,omitempty" yaml:"hiddenConfigs,flow,omitempty"`
}

// text is a text that may hold anything. What encoders get wrong is put into double quotes: control characters, and "=", which
// YAML 1.1 has a type of its own for.
type text string

// MarshalYAML writes it so that every reader reads it back.
func (t text) MarshalYAML() (any, error) {
	if printable(string(t)) && utf8.ValidString(string(t)) && t != "=" {
		return string(t), nil
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Style: yaml.DoubleQuotedStyle, Value: strings.ToValidUTF8(string(t), "\uFFFD")}, nil
}

func texts(list []string) []text {
	all := make([]text, len(list))
	for i, one := range list {
		all[i] = text(one)
	}
	return all
}

// placement are the replicas of a partition; adding and removing are told only while it is being reassigned.
type placement struct {
	Partition int32   `json:"partition"`
	Replicas  []int32 `json:"replicas"`
	Adding    []int32 `json:"adding,omitempty"`
	Removing  []int32 `json:"removing,omitempty"`
}

// MarshalYAML writes a partition on one line.
func (p placement) MarshalYAML() (any, error) {
	row := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle, Content: []*yaml.Node{
		scalar("partition"), integer(p.Partition), scalar("replicas"), integers(p.Replicas),
	}}
	if len(p.Adding) > 0 {
		row.Content = append(row.Content, scalar("adding"), integers(p.Adding))
	}
	if len(p.Removing) > 0 {
		row.Content = append(row.Content, scalar("removing"), integers(p.Removing))
	}
	return row, nil
}

func scalar(text string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: text} }

func integer(n int32) *yaml.Node { return scalar(strconv.Itoa(int(n))) }

func integers(list []int32) *yaml.Node {
	node := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, n := range list {
		node.Content = append(node.Content, integer(n))
	}
	return node
}

type resourceName struct {
	Type    string `json:"type" yaml:"type"`
	Name    text   `json:"name,omitempty" yaml:"name,omitempty"`
	Default bool   `json:"default,omitempty" yaml:"default,omitempty"`
}

type quotaName struct {
	Entity []entity `json:"entity" yaml:"entity"`
}

// entity is a part of what a quota is for: one with a name, or the default.
type entity struct {
	Type    string `json:"type" yaml:"type"`
	Name    *text  `json:"name,omitempty" yaml:"name,omitempty"`
	Default bool   `json:"default,omitempty" yaml:"default,omitempty"`
}

type quotaSpec struct {
	Quotas map[text]number `json:"quotas" yaml:"quotas"`
}

// number is a number that is written without an exponent, which YAML 1.1 takes for a text where it has no point ("1e+06").
type number float64

// String is the number as java.lang.Double.parseDouble, which kafka-configs.sh reads quotas with, takes it.
func (n number) String() string {
	text := strconv.FormatFloat(float64(n), 'f', -1, 64)
	return strings.TrimPrefix(strings.Replace(text, "Inf", "Infinity", 1), "+")
}

func (n number) finite() bool { return !math.IsNaN(float64(n)) && !math.IsInf(float64(n), 0) }

// MarshalYAML writes it as YAML names it.
func (n number) MarshalYAML() (any, error) {
	if !n.finite() {
		return float64(n), nil
	}
	return scalar(n.String()), nil
}

// MarshalJSON writes it as a number, or, where JSON has none, as a text.
func (n number) MarshalJSON() ([]byte, error) {
	if !n.finite() {
		return json.Marshal(n.String())
	}
	return []byte(n.String()), nil
}

type userName struct {
	Name text `json:"name" yaml:"name"`
}

type userSpec struct {
	Credentials []credential `json:"credentials" yaml:"credentials"`
}

// credential is a SCRAM credential; its keys, in base64, are empty unless they were asked for.
type credential struct {
	Mechanism  string `json:"mechanism" yaml:"mechanism"`
	Iterations int32  `json:"iterations" yaml:"iterations"`
	Salt       string `json:"salt,omitempty" yaml:"salt,omitempty"`
	StoredKey  string `json:"storedKey,omitempty" yaml:"storedKey,omitempty"`
	ServerKey  string `json:"serverKey,omitempty" yaml:"serverKey,omitempty"`
}

type objectID struct {
	ID text `json:"id" yaml:"id"`
}

type tokenSpec struct {
	Owner     text   `json:"owner" yaml:"owner"`
	Requester text   `json:"requester" yaml:"requester"`
	Renewers  []text `json:"renewers" yaml:"renewers,flow"`
	Issued    string `json:"issued" yaml:"issued"`
	Expires   string `json:"expires" yaml:"expires"`
	Max       string `json:"max" yaml:"max"`
}

type aclSpec struct {
	ResourceType string `json:"resourceType" yaml:"resourceType"`
	PatternType  string `json:"patternType" yaml:"patternType"`
	ResourceName text   `json:"resourceName" yaml:"resourceName"`
	Principal    text   `json:"principal" yaml:"principal"`
	Host         text   `json:"host" yaml:"host"`
	Operation    string `json:"operation" yaml:"operation"`
	Permission   string `json:"permission" yaml:"permission"`
}

// documents are the objects of an image, the head first.
func documents(img *image.Image, o Options) iter.Seq[document] {
	parts := []struct {
		kind Kind
		all  func(*image.Image, Options, func(name, spec any) bool) bool
	}{
		{KindTopic, topicDocuments},
		{KindConfig, configDocuments},
		{KindQuota, quotaDocuments},
		{KindUser, userDocuments},
		{KindToken, tokenDocuments},
		{KindACL, aclDocuments},
	}
	return func(yield func(document) bool) {
		if !yield(document{APIVersion, KindExport, nil, head(img, o)}) {
			return
		}
		for _, part := range parts {
			add := func(name, spec any) bool { return yield(document{APIVersion, part.kind, name, spec}) }
			if slices.Contains(o.Kinds, part.kind) && !part.all(img, o, add) {
				return
			}
		}
	}
}

func head(img *image.Image, o Options) headSpec {
	p := img.Provenance
	features := map[string]int16{}
	maps.Copy(features, img.Features)
	return headSpec{
		Tool: o.Tool, Source: text(o.Origin), Offset: p.Offset, Epoch: p.Epoch, Time: image.Time(p.Timestamp), Complete: o.Damaged == 0,
		Kinds: slices.Sorted(slices.Values(o.Kinds)), Features: features,
	}
}

func topicDocuments(img *image.Image, o Options, add func(name, spec any) bool) bool {
	for _, name := range img.Topics.Names() {
		t := img.Topics.ByName(name)
		spec := topicSpec{
			Partitions: t.Len(), ReplicationFactor: replication(t), Internal: internalTopics[name],
			configSpec: split(img.Configs[image.Resource{Type: image.TopicConfig, Name: name}], o.ShowSecrets).spec(),
			Assignment: make([]placement, 0, t.Len()),
		}
		for p := range t.Partitions() {
			spec.Assignment = append(spec.Assignment, placement{p.ID, append([]int32{}, p.Replicas...), p.Adding, p.Removing})
		}
		if !add(topicName{text(name), t.ID.String()}, spec) {
			return false
		}
	}
	return true
}

// spec are the settings as a document has them.
func (s settings) spec() configSpec {
	values := make(map[text]text, len(s.shown))
	for _, one := range s.shown {
		values[text(one.key)] = text(one.value)
	}
	return configSpec{values, texts(slices.Sorted(slices.Values(slices.Concat(s.hidden, s.redacted))))}
}

func configDocuments(img *image.Image, o Options, add func(name, spec any) bool) bool {
	for _, r := range resources(img) {
		name := resourceName{Type: typeName(r.Type), Name: text(r.Name), Default: r.Name == ""}
		if !add(name, split(img.Configs[r], o.ShowSecrets).spec()) {
			return false
		}
	}
	return true
}

func quotaDocuments(img *image.Image, _ Options, add func(name, spec any) bool) bool {
	for _, q := range quotas(img) {
		var name quotaName
		for _, e := range q.Entity {
			one := entity{Type: e.Type, Default: !e.Name.Valid}
			if e.Name.Valid {
				called := text(e.Name.String)
				one.Name = &called
			}
			name.Entity = append(name.Entity, one)
		}
		values := make(map[text]number, len(q.Values))
		for key, value := range q.Values {
			values[text(key)] = number(value)
		}
		if !add(name, quotaSpec{values}) {
			return false
		}
	}
	return true
}

func userDocuments(img *image.Image, o Options, add func(name, spec any) bool) bool {
	for list := users(img); len(list) > 0; {
		name, spec := list[0].Name, userSpec{}
		for len(list) > 0 && list[0].Name == name {
			c := img.Users[list[0]]
			one := credential{Mechanism: mechanism(list[0]), Iterations: c.Iterations}
			if o.ShowSecrets && !c.Redacted() {
				encode := base64.StdEncoding.EncodeToString
				one.Salt, one.StoredKey, one.ServerKey = encode(c.Salt), encode(c.StoredKey), encode(c.ServerKey)
			}
			spec.Credentials, list = append(spec.Credentials, one), list[1:]
		}
		if !add(userName{text(name)}, spec) {
			return false
		}
	}
	return true
}

func tokenDocuments(img *image.Image, _ Options, add func(name, spec any) bool) bool {
	for _, id := range slices.Sorted(maps.Keys(img.Tokens)) {
		t := img.Tokens[id]
		if !add(objectID{text(t.ID)}, tokenSpec{
			Owner: text(t.Owner), Requester: text(t.Requester), Renewers: texts(t.Renewers),
			Issued: image.Time(t.Issued), Expires: image.Time(t.Expires), Max: image.Time(t.Max),
		}) {
			return false
		}
	}
	return true
}

func aclDocuments(img *image.Image, _ Options, add func(name, spec any) bool) bool {
	for _, a := range acls(img) {
		if !add(objectID{text(a.ID.String())}, aclSpec{
			ResourceType: image.Name(image.ResourceTypes, a.ResourceType), PatternType: image.Name(image.PatternTypes, a.PatternType),
			ResourceName: text(a.ResourceName), Principal: text(a.Principal), Host: text(a.Host),
			Operation: image.Name(image.Operations, a.Operation), Permission: image.Name(image.Permissions, a.Permission),
		}) {
			return false
		}
	}
	return true
}
