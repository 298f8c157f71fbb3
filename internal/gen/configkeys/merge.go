package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/kraftctl/kraftctl/release"
)

// dump is a configdef-VERSION.json: KafkaConfig.configDef().configKeys() of one released jar.
type dump struct {
	Keys map[string]dumpedKey `json:"keys"`
}

type dumpedKey struct {
	DefOrder  int      `json:"def_order"`
	Type      string   `json:"type"`
	Required  bool     `json:"required"`
	Default   *string  `json:"default"`
	Internal  bool     `json:"internal"`
	Mode      string   `json:"dynamic_update_mode"`
	Topic     []string `json:"topic_configs"`
	Validator *struct {
		Class        string   `json:"class"`
		Text         string   `json:"text"`
		Min          string   `json:"min"`
		Max          string   `json:"max"`
		Values       []string `json:"values"`
		EmptyAllowed *bool    `json:"empty_allowed"`
	} `json:"validator"`
}

// checks maps the end of a validator's class name to the name the schema gives it.
var checks = []struct{ class, check string }{
	{"$Range", "range"},
	{"$CaseInsensitiveValidString", "valid-string-fold"},
	{"$ValidString", "valid-string"},
	{"$ValidList", "valid-list"},
	{"$NonEmptyString", "non-empty"},
	{"$NonNullValidator", "non-null"},
	{"$ControllerQuorumVotersValidator", "voters"},
	{"$ControllerQuorumBootstrapServersValidator", "bootstrap"},
	{".MetadataVersionValidator", "metadata-version"},
	{".CompressionType$1$1", "gzip-level"},
}

// lambdas maps the text of a validator without a class of its own to the schema's name.
var lambdas = []struct{ text, check string }{
	{"[1,...,9] or -1", "gzip-level"},
	{"The default value of -1 means", "pool-size"},
}

// merge reads the dumps of all releases from dir into one schema.
func merge(dir string) (*schema, error) {
	merged := map[string]*key{}
	for column, r := range releases() {
		path := filepath.Join(dir, "configdef-"+r.Observed()+".json")
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		var d dump
		if err := json.Unmarshal(data, &d); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		for name, dumped := range d.Keys {
			attrs, err := dumped.attributes()
			if err != nil {
				return nil, fmt.Errorf("%s: %s: %w", path, name, err)
			}
			if merged[name] == nil {
				merged[name] = newKey(name)
			}
			merged[name].Order[column] = dumped.DefOrder
			merged[name].extend(r, attrs)
		}
	}
	s := &schema{Origin: "KafkaConfig.configDef().configKeys() of the released jars " +
		release.Oldest().Observed() + " to " + release.Newest().Observed() + ", merged by 'configkeys merge'"}
	for _, k := range merged {
		s.Keys = append(s.Keys, *k)
	}
	return s, nil
}

func newKey(name string) *key {
	k := &key{Name: name, Order: make([]int, len(releases()))}
	for i := range k.Order {
		k.Order[i] = -1
	}
	return k
}

// extend adds what r says of the key: to the last span when that ends just before r and says the same.
func (k *key) extend(r release.Release, attrs attributes) {
	if n := len(k.Spans); n > 0 {
		last := &k.Spans[n-1]
		if r > 0 && last.Until == (r-1).String() && last.equal(attrs) {
			last.Until = r.String()
			return
		}
	}
	k.Spans = append(k.Spans, span{Since: r.String(), Until: r.String(), attributes: attrs})
}

func (d dumpedKey) attributes() (attributes, error) {
	a := attributes{Type: d.Type, Required: d.Required, Default: d.Default, Internal: d.Internal, Mode: d.Mode, Topic: d.Topic}
	v := d.Validator
	if v == nil {
		return a, nil
	}
	for _, c := range checks {
		if strings.HasSuffix(v.Class, c.class) {
			a.Check = c.check
			break
		}
	}
	if strings.HasSuffix(v.Class, "$LambdaValidator") {
		for _, l := range lambdas {
			if strings.HasPrefix(v.Text, l.text) {
				a.Check = l.check
			}
		}
	}
	if a.Check == "" {
		return a, fmt.Errorf("unknown validator %s: %s", v.Class, v.Text)
	}
	a.Min, a.Max, a.Values = v.Min, v.Max, v.Values
	if a.Check == "metadata-version" {
		a.Values = strings.Split(strings.Trim(v.Text, "[]"), ", ")
	}
	if v.EmptyAllowed != nil {
		a.Check, a.EmptyAllowed = "distinct-list", *v.EmptyAllowed
	}
	return a, nil
}
