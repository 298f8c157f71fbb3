package manifest

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kraftctl/kraftctl/release"
)

// reader goes through one file.
type reader struct {
	walker
	file   string
	around Surroundings
	result *Result
	// sources are the lines of the files read so far, for excerpts.
	sources map[string][]string
}

// read looks at every document for what it may be.
func (r *reader) read(docs []*yaml.Node) error {
	for _, doc := range docs {
		if r.get(doc, "apiVersion") == nil {
			r.compose(doc)
		}
	}
	r.kubernetes(docs)
	return r.err
}

// at is the place of a YAML node of this file.
func (r *reader) at(n *yaml.Node) Place { return r.place(r.file, n.Line, n.Column) }

func (r *reader) place(file string, line, column int) Place {
	p := Place{File: file, Line: max(line, 1), Column: max(column, 1)}
	if lines := r.sources[file]; p.Line <= len(lines) {
		p.Excerpt = lines[p.Line-1]
	}
	return p
}

// variable is a variable of a container's environment.
type variable struct {
	name, value string
	place       Place
	// unknown says why the value cannot be told from the file; empty when it can.
	unknown string
}

// environment is a list of variables, each name once.
type environment []variable

// set adds a variable or replaces the one of that name.
func (e *environment) set(v variable) {
	for i := range *e {
		if (*e)[i].name == v.name {
			(*e)[i] = v
			return
		}
	}
	*e = append(*e, v)
}

func (e environment) lookup(name string) (variable, bool) {
	for _, v := range e {
		if v.name == name {
			return v, true
		}
	}
	return variable{}, false
}

// value is that of a variable; empty when it is not set.
func (e environment) value(name string) string {
	v, _ := e.lookup(name)
	return v.value
}

// property is a line of server.properties on its way.
type property struct {
	key, value string
	place      Place
	unknown    string
}

// properties is a list of them, each key once: a later one replaces the value and keeps the order.
type properties []property

func (p *properties) set(add property) {
	for i := range *p {
		if (*p)[i].key == add.key {
			(*p)[i] = add
			return
		}
	}
	*p = append(*p, add)
}

// setDefault adds a property unless the key is there.
func (p *properties) setDefault(add property) {
	if !p.has(add.key) {
		*p = append(*p, add)
	}
}

func (p properties) has(key string) bool {
	for _, q := range p {
		if q.key == key {
			return true
		}
	}
	return false
}

func (p properties) value(key string) string {
	for _, q := range p {
		if q.key == key {
			return q.value
		}
	}
	return ""
}

// unknown is the first property whose value matters and cannot be told. The value of a secret or of a text is as good as
// any other for our rules, so a stand-in takes its place.
func (p properties) unknown(r release.Release) (property, bool) {
	for i := range p {
		if p[i].unknown == "" {
			continue
		}
		if !standsIn(r, p[i].key) {
			return p[i], true
		}
		p[i].value = "unknown"
	}
	return property{}, false
}

// standsIn tells whether any text will do for a key: secrets, and keys Kafka does not check itself.
func standsIn(r release.Release, key string) bool {
	if strings.HasSuffix(key, ".jaas.config") {
		return true
	}
	def, ok := release.LookupConfigKey(r, key)
	if !ok {
		return true
	}
	return def.Type == release.TypePassword
}

// secrets are the values of variables that sound like one.
func (e environment) secrets() []string {
	var secrets []string
	for _, v := range e {
		for _, word := range []string{"PASSWORD", "SECRET", "JAAS", "CREDENTIAL"} {
			if strings.Contains(strings.ToUpper(v.name), word) {
				secrets = append(secrets, v.value)
				break
			}
		}
	}
	return secrets
}

// write puts a node's text together. An embedded line end makes two lines of a value, as it does in the container.
// Secrets are masked in all excerpts: several variables may stand on one line of the file.
func (n *Node) write(title string, at Place, props properties, secrets []string) {
	for _, p := range props {
		if release.Sensitive(p.key) {
			secrets = append(secrets, p.value)
		}
	}
	const telling = 4 // a shorter secret is masked on its own line only
	hide := func(p Place) Place {
		for _, secret := range secrets {
			if len(secret) >= telling && strings.Contains(p.Excerpt, secret) {
				p.Excerpt = mask(p.Excerpt, secret)
			}
		}
		return p
	}
	n.ClusterIDPlace = hide(n.ClusterIDPlace)
	var b strings.Builder
	b.WriteString("# " + strings.NewReplacer("\n", " ", "\r", " ").Replace(title) + "\n")
	n.Lines = append(n.Lines, hide(at))
	for _, p := range props {
		value := strings.TrimSuffix(p.value, "\n")
		b.WriteString(p.key + "=" + value + "\n")
		place := hide(p.place)
		if release.Sensitive(p.key) {
			place.Excerpt = mask(p.place.Excerpt, p.value)
		}
		for range 1 + lineEnds(value) {
			n.Lines = append(n.Lines, place)
		}
	}
	n.Text = []byte(b.String())
}

// lineEnds counts the ends of line a reader of properties sees: LF, CR, or both together.
func lineEnds(text string) int {
	return strings.Count(text, "\n") + strings.Count(text, "\r") - strings.Count(text, "\r\n")
}

func mask(excerpt, secret string) string {
	if secret == "" {
		return excerpt
	}
	if !strings.Contains(excerpt, secret) { // written with escapes, or on other lines
		return ""
	}
	return strings.ReplaceAll(excerpt, secret, release.Redacted)
}
