package manifest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// podPaths are where the kinds of workloads have the specification of their pods.
var podPaths = map[string][]string{
	"Pod":         {"spec"},
	"Deployment":  {"spec", "template", "spec"},
	"StatefulSet": {"spec", "template", "spec"},
	"ReplicaSet":  {"spec", "template", "spec"},
	"DaemonSet":   {"spec", "template", "spec"},
}

// podIndex is the label of a StatefulSet's pod that holds its ordinal (Kubernetes 1.28 on).
const podIndex = "metadata.labels['apps.kubernetes.io/pod-index']"

// kubernetes reads all resources of a file, which may refer to one another.
func (r *reader) kubernetes(docs []*yaml.Node) {
	var resources []*yaml.Node
	for _, doc := range docs {
		if r.get(doc, "apiVersion") == nil {
			continue
		}
		if strings.HasSuffix(r.text(doc, "kind"), "List") {
			resources = append(resources, r.items(r.get(doc, "items"))...)
			continue
		}
		resources = append(resources, doc)
	}
	k := &cluster{reader: r, resources: resources}
	for _, res := range resources {
		kind := r.text(res, "kind")
		if path, ok := podPaths[kind]; ok {
			k.workload(kind, res, r.get(res, path...))
		} else if kind == "ConfigMap" {
			r.configMap(res)
		}
	}
	k.strimzi()
}

// cluster is the resources of one file.
type cluster struct {
	*reader
	resources []*yaml.Node
}

// find is the resource of a kind and name; nil when the file has none.
func (k *cluster) find(kind, name string) *yaml.Node {
	for _, res := range k.resources {
		if k.text(res, "kind") == kind && k.text(res, "metadata", "name") == name {
			return res
		}
	}
	return nil
}

// pod is one pod of a workload.
type pod struct {
	name, namespace string
	// ordinal is its number in a StatefulSet; -1 elsewhere.
	ordinal int
	// random says that nobody knows the name before the pod runs.
	random bool
}

// workload makes a node of each pod and container that runs Kafka.
func (k *cluster) workload(kind string, res, spec *yaml.Node) {
	name := k.text(res, "metadata", "name")
	replicas := 1
	if kind == "StatefulSet" {
		replicas = k.number(res, 1, "spec", "replicas")
	}
	if replicas > maxReplica {
		k.result.note("%s: only the first %d of %d replicas of %s/%s are judged", k.file, maxReplica, replicas, kind, name)
		replicas = maxReplica
	}
	start := k.number(res, 0, "spec", "ordinals", "start")
	for _, c := range k.items(k.get(spec, "containers")) {
		for i := range replicas {
			p := pod{name: name, namespace: k.text(res, "metadata", "namespace"), ordinal: -1, random: kind != "Pod"}
			title := kind + "/" + name
			if kind == "StatefulSet" {
				p = pod{name: fmt.Sprintf("%s-%d", name, start+i), namespace: p.namespace, ordinal: start + i}
				title = fmt.Sprintf("%s[%d]", title, p.ordinal)
			}
			k.container(c, p, title)
		}
	}
}

func (k *cluster) container(c *yaml.Node, p pod, title string) {
	if k.err != nil || c.Kind != yaml.MappingNode {
		return
	}
	node := container{name: title, place: k.at(c), image: k.text(c, "image")}
	node.imagePlace = node.place
	if image := k.get(c, "image"); image != nil {
		node.imagePlace = k.at(image)
	}
	var command []string
	for _, key := range []string{"command", "args"} {
		for _, word := range k.items(k.get(c, key)) {
			command = append(command, word.Value)
		}
	}
	node.command = strings.Join(command, " ")
	for _, m := range k.items(k.get(c, "volumeMounts")) {
		node.mounts = append(node.mounts, k.text(m, "mountPath"))
	}
	for _, from := range k.items(k.get(c, "envFrom")) {
		k.envFrom(from, &node)
	}
	for _, e := range k.items(k.get(c, "env")) {
		k.env(e, p, &node)
	}
	k.add(node)
}

// envFrom adds the variables of a whole ConfigMap of the same file.
func (k *cluster) envFrom(from *yaml.Node, node *container) {
	prefix := k.text(from, "prefix")
	name := k.text(from, "configMapRef", "name")
	configMap := k.find("ConfigMap", name)
	switch {
	case name == "":
		node.missing = "it has variables of Secret " + k.text(from, "secretRef", "name")
		return
	case configMap == nil:
		node.missing = "it has variables of ConfigMap " + name + ", which is not in this file"
		return
	}
	for _, f := range k.fields(k.get(configMap, "data")) {
		if value := k.follow(f.value); value != nil && len(node.env) <= maxVariables {
			node.env.set(variable{name: prefix + f.key.Value, value: value.Value, place: k.at(f.key)})
		}
	}
}

// env adds one variable: a value with its $(NAME) references, or what valueFrom says of it.
func (k *cluster) env(e *yaml.Node, p pod, node *container) {
	name, value := k.get(e, "name"), k.get(e, "value")
	if name == nil || len(node.env) > maxVariables {
		return
	}
	v := variable{name: name.Value, place: k.at(name)}
	if from := k.get(e, "valueFrom"); from != nil {
		v.value, v.unknown = k.valueFrom(from, p)
	} else if value != nil && !isNull(value) {
		v.place = k.at(value)
		v.value, v.unknown = expandReferences(value.Value, node.env)
	}
	node.env.set(v)
}

// valueFrom is the value a reference stands for, or why nobody can tell.
func (k *cluster) valueFrom(from *yaml.Node, p pod) (value, unknown string) {
	if path := k.text(from, "fieldRef", "fieldPath"); path != "" {
		return p.field(path)
	}
	if name := k.text(from, "configMapKeyRef", "name"); name != "" {
		key := k.text(from, "configMapKeyRef", "key")
		if found := k.get(k.find("ConfigMap", name), "data", key); found != nil {
			return found.Value, ""
		}
		return "", fmt.Sprintf("it is key %s of ConfigMap %s", key, name)
	}
	if name := k.text(from, "secretKeyRef", "name"); name != "" {
		return "", "it is in Secret " + name
	}
	return "", "it is known in the running container only"
}

// field is a field of the pod that a variable may hold.
func (p pod) field(path string) (value, unknown string) {
	switch {
	case path == "metadata.name" && !p.random:
		return p.name, ""
	case path == "metadata.namespace" && p.namespace != "":
		return p.namespace, ""
	case path == podIndex && p.ordinal >= 0:
		return strconv.Itoa(p.ordinal), ""
	}
	return "", "it is " + path + " of the running pod"
}

// expandReferences replaces $(NAME) by variables defined before; $$(NAME) stays as $(NAME), and so does an undefined one.
func expandReferences(text string, env environment) (value, unknown string) {
	var b strings.Builder
	for text != "" {
		dollar := strings.IndexByte(text, '$')
		if dollar < 0 {
			break
		}
		b.WriteString(text[:dollar])
		text = text[dollar:]
		if strings.HasPrefix(text, "$$") {
			b.WriteByte('$')
			text = text[2:]
			continue
		}
		end := strings.IndexByte(text, ')')
		if !strings.HasPrefix(text, "$(") || end < 0 {
			b.WriteByte('$')
			text = text[1:]
			continue
		}
		v, ok := env.lookup(text[2:end])
		if !ok {
			v.value = text[:end+1]
		}
		if v.unknown != "" {
			unknown = v.unknown
		}
		b.WriteString(v.value)
		text = text[end+1:]
	}
	b.WriteString(text)
	return b.String(), unknown
}

// configMap makes a node of each server.properties in the data of a ConfigMap. A part of one, or a template whose holes a
// script fills, is left alone.
func (r *reader) configMap(res *yaml.Node) {
	for _, f := range r.fields(r.get(res, "data")) {
		value := r.follow(f.value)
		if value == nil || value.Kind != yaml.ScalarNode || !strings.HasSuffix(f.key.Value, ".properties") ||
			!hasKey(value.Value, "process.roles") {
			continue
		}
		n := Node{Name: "ConfigMap/" + r.text(res, "metadata", "name") + " " + f.key.Value}
		if why := incomplete(value.Value); why != "" {
			r.result.note("%s: %s is not judged: %s", r.file, n.Name, why)
			continue
		}
		n.Text = []byte(value.Value)
		n.Lines = r.textLines(value)
		r.result.Nodes = append(r.result.Nodes, n)
	}
}

// hasKey tells whether a line of a properties text sets key.
func hasKey(text, key string) bool {
	for line := range strings.Lines(text) {
		rest, found := strings.CutPrefix(strings.TrimSpace(line), key)
		if found && (rest == "" || strings.ContainsAny(rest[:1], " \t=:")) {
			return true
		}
	}
	return false
}

// holes are how scripts and operators mark what they fill in.
var holes = []string{"${", "$(", "{{", "@@", "<%", "__"}

func incomplete(text string) string {
	if !hasKey(text, "node.id") && !hasKey(text, "broker.id") {
		return "it has no node.id, so a script completes it"
	}
	for line := range strings.Lines(text) {
		_, value, _ := strings.Cut(line, "=")
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		if i := slices.IndexFunc(holes, func(hole string) bool { return strings.Contains(value, hole) }); i >= 0 {
			return "it is a template with " + holes[i] + " in it"
		}
	}
	return ""
}

// textLines are the places of the lines of a text. Those of a literal block (|) stand line by line in the file; any other
// style is known by its beginning only.
func (r *reader) textLines(n *yaml.Node) []Place {
	lines := strings.Split(n.Value, "\n")
	places := make([]Place, len(lines))
	for i := range lines {
		places[i] = r.at(n)
		if n.Style&yaml.LiteralStyle != 0 {
			p := r.place(r.file, n.Line+1+i, 1)
			if at := strings.Index(p.Excerpt, strings.TrimSuffix(lines[i], "\r")); at >= 0 {
				p.Column = at + 1
			}
			places[i] = p
		}
	}
	return places
}
