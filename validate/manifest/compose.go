package manifest

import (
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// composeFile is a Compose file, the one that is read or one that is extended.
type composeFile struct {
	file     string
	services []field
	// dotenv are the variables of the .env file beside it.
	dotenv map[string]string
}

// compose reads the services of a Compose file, when the document is one.
func (r *reader) compose(doc *yaml.Node) {
	services := r.get(doc, "services")
	if services == nil || services.Kind != yaml.MappingNode {
		return
	}
	c := &composeFile{file: r.file, services: r.fields(services), dotenv: r.dotenv(r.file)}
	for _, s := range c.services {
		if r.err != nil {
			return
		}
		node := container{name: "service " + s.key.Value, place: r.at(s.key)}
		node.imagePlace = node.place
		r.service(c, s.value, &node, 0)
		if profile := r.inactive(c, s.value); profile != "" {
			if f, _ := familyOf(parseImage(node.image), node.env); f != nil && len(f.translate(node.env, node.place)) > 0 {
				r.result.note("%s: %s is not judged: its profile %s is not in COMPOSE_PROFILES", r.file, node.name, profile)
			}
			continue
		}
		r.add(node)
	}
}

// lines reads a file beside the one named from; nil when it cannot be read.
func (r *reader) lines(from, name string) (path string, lines []string) {
	path = name
	if !filepath.IsAbs(name) {
		path = filepath.Join(filepath.Dir(from), name)
	}
	if lines, ok := r.sources[path]; ok {
		return path, lines
	}
	if r.around.ReadFile == nil {
		return path, nil
	}
	data, err := r.around.ReadFile(path)
	if err != nil || len(data) > maxSize {
		return path, nil
	}
	r.sources[path] = splitLines(data)
	return path, r.sources[path]
}

// dotenv reads the .env file beside a Compose file.
func (r *reader) dotenv(file string) map[string]string {
	_, lines := r.lines(file, ".env")
	all := make(map[string]string)
	for _, a := range readDotenv(lines) {
		all[a.name] = a.value
	}
	return all
}

// lookup finds a variable for interpolation: the environment wins over .env.
func (r *reader) lookup(c *composeFile) func(string) (string, bool) {
	return func(name string) (string, bool) {
		if r.around.Env != nil {
			if value, ok := r.around.Env(name); ok {
				return value, true
			}
		}
		value, ok := c.dotenv[name]
		return value, ok
	}
}

// inactive is the first profile of a service none of whose profiles is chosen; empty for a service that is started.
func (r *reader) inactive(c *composeFile, service *yaml.Node) string {
	profiles := r.items(r.get(service, "profiles"))
	chosen, _ := r.lookup(c)("COMPOSE_PROFILES")
	active := strings.Split(chosen, ",")
	for _, p := range profiles {
		if slices.Contains(active, p.Value) || slices.Contains(active, "*") {
			return ""
		}
	}
	if len(profiles) == 0 {
		return ""
	}
	return profiles[0].Value
}

// service fills in a container from a service: first what it extends, then what it says itself.
func (r *reader) service(c *composeFile, service *yaml.Node, node *container, depth int) {
	if depth > maxDepth {
		r.err = errTooDeep
		return
	}
	r.extends(c, service, node, depth)
	get := func(key string) *yaml.Node { return r.get(service, key) }
	if image := get("image"); image != nil {
		node.imagePlace = r.place(c.file, image.Line, image.Column)
		node.image, _ = interpolate(image.Value, r.lookup(c))
	}
	var command []string
	for _, key := range []string{"entrypoint", "command"} {
		for _, word := range r.items(get(key)) {
			command = append(command, strings.ReplaceAll(word.Value, "$$", "$"))
		}
	}
	if len(command) > 0 {
		node.command = strings.Join(command, " ")
	}
	for _, v := range r.items(get("volumes")) {
		node.mounts = append(node.mounts, r.mountTarget(v))
	}
	for _, f := range r.items(get("env_file")) {
		r.envFile(c, f, node)
	}
	r.composeEnvironment(c, get("environment"), node)
}

func (r *reader) mountTarget(v *yaml.Node) string {
	if v.Kind == yaml.MappingNode {
		return r.text(v, "target")
	}
	parts := strings.Split(v.Value, ":")
	if len(parts) > 1 {
		return parts[1]
	}
	return v.Value
}

// extends fills in what another service, of this file or another, says.
func (r *reader) extends(c *composeFile, service *yaml.Node, node *container, depth int) {
	e := r.get(service, "extends")
	if e == nil {
		return
	}
	name := e.Value
	if e.Kind == yaml.MappingNode {
		name = r.text(e, "service")
		if file := r.text(e, "file"); file != "" {
			if c = r.extended(c, file); c == nil {
				node.missing = "it extends a service of " + file + ", which cannot be read"
				return
			}
		}
	}
	for _, s := range c.services {
		if s.key.Value == name && r.err == nil {
			r.service(c, s.value, node, depth+1)
		}
	}
}

// extended reads the services of another Compose file; nil when it cannot be read.
func (r *reader) extended(c *composeFile, name string) *composeFile {
	path, lines := r.lines(c.file, name)
	docs, err := parse(path, []byte(strings.Join(lines, "\n")))
	if err != nil || len(docs) == 0 {
		return nil
	}
	return &composeFile{file: path, services: r.fields(r.get(docs[0], "services")), dotenv: c.dotenv}
}

// envFile adds the variables of an env_file: its path, or a mapping with path and required.
func (r *reader) envFile(c *composeFile, f *yaml.Node, node *container) {
	name, required := f.Value, true
	if f.Kind == yaml.MappingNode {
		name, required = r.text(f, "path"), r.text(f, "required") != "false"
	}
	name, _ = interpolate(name, r.lookup(c))
	path, lines := r.lines(c.file, name)
	if lines == nil && required {
		node.missing = "its env_file " + name + " cannot be read"
	}
	for _, a := range readDotenv(lines) {
		v := variable{name: a.name, value: a.value, place: r.place(path, a.line, 1)}
		if !a.literal {
			r.interpolated(c, &v)
		}
		node.env.set(v)
	}
}

func (r *reader) interpolated(c *composeFile, v *variable) {
	value, missing := interpolate(v.value, r.lookup(c))
	v.value = value
	if missing != "" {
		v.unknown = "$" + missing + " is set neither in the environment nor in .env"
	}
}

// composeEnvironment adds the variables of environment, a mapping or a list of NAME=value. One without a value is that
// of the shell Compose runs in.
func (r *reader) composeEnvironment(c *composeFile, env *yaml.Node, node *container) {
	add := func(at *yaml.Node, name, value string, given bool) {
		v := variable{name: name, value: value, place: r.place(c.file, at.Line, at.Column)}
		if given {
			r.interpolated(c, &v)
		} else if found, ok := r.lookup(c)(name); ok {
			v.value = found
		} else {
			v.unknown = "it is passed on from the environment of docker compose"
		}
		if len(node.env) <= maxVariables {
			node.env.set(v)
		}
	}
	if env == nil || env.Kind != yaml.MappingNode {
		for _, item := range r.items(env) {
			if item.Kind == yaml.ScalarNode {
				name, value, given := strings.Cut(item.Value, "=")
				add(item, name, value, given)
			}
		}
		return
	}
	for _, f := range r.fields(env) {
		if value := r.follow(f.value); value != nil && value.Kind == yaml.ScalarNode {
			at := f.key
			if f.value.Line == at.Line && f.value.Column > 0 {
				at = f.value
			}
			add(at, f.key.Value, value.Value, !isNull(value))
		}
	}
}
