package validate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/internal/javalang"
	"github.com/kraftctl/kraftctl/release"

	"github.com/kraftctl/kraftctl/internal/pattern"
)

func quoteRune(c rune) string { return fmt.Sprintf("%U", c) }

// valueRules look at values that are not what their author meant.
func valueRules() []*Rule {
	return []*Rule{
		{
			Slug: "inline-comment", Severity: Warning, Textual: true, file: inlineComment,
			Doc: Doc{
				What: "A value holds a blank, # and text.",
				Why:  "# starts a comment only at the beginning of a line; here the text becomes part of the value. Where a number, a boolean or a list of names is wanted Kafka refuses the file (then this is an error).",
				Fix:  "Move the comment to a line of its own.",
			},
			Bad:  "broker.rack=eu-1a # the left one\n",
			Good: "# the left one\nbroker.rack=eu-1a\n",
		},
		{
			Slug: "quoted-value", Severity: Warning, Textual: true, file: quotedValue,
			Doc: Doc{
				What: "A whole value stands in quotes.",
				Why:  "The quotes are part of the value: numbers are refused, and texts silently keep them.",
				Fix:  "Remove the quotes.",
			},
			Bad:  "log.dirs=\"/data/kafka\"\n",
			Good: "log.dirs=/data/kafka\n",
		},
		{
			Slug: "unresolved-placeholder", Severity: Warning, file: unresolvedPlaceholder,
			Doc: Doc{
				What: "A value holds ${...} or {{ ... }}, and no declared config provider can resolve it.",
				Why:  "It stays as literal text.",
				Fix:  "Declare config.providers, or render the template before Kafka reads the file.",
			},
			Bad:  "log.dirs=${DATA_DIR}/kafka\n",
			Good: "config.providers=env\nconfig.providers.env.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider\nlog.dirs=${env:DATA_DIR}\n",
		},
		{
			Slug: "listener-prefix-case", Severity: Warning, file: listenerPrefixCase,
			Doc: Doc{
				What: "A listener.name.<NAME>. key has upper-case letters in the name.",
				Why:  "Kafka looks under the lower-cased name only, so the override is never read.",
				Fix:  "Write the listener's name in lower case.",
			},
			Bad:  "listeners=BROKER://:9092\nlistener.name.BROKER.ssl.client.auth=required\n",
			Good: "listeners=BROKER://:9092\nlistener.name.broker.ssl.client.auth=required\n",
		},
		{
			Slug: "listener-prefix-unknown", Severity: Warning, file: listenerPrefixUnknown,
			Doc: Doc{
				What: "A listener.name.<name>. key names no listener of this node and none of controller.listener.names.",
				Why:  "The override is never read.",
				Fix:  "Correct the name, or remove the line.",
			},
			Bad:  "listeners=BROKER://:9092\nlistener.name.client.ssl.client.auth=required\n",
			Good: "listeners=BROKER://:9092,CLIENT://:9093\nlistener.name.client.ssl.client.auth=required\n",
		},
	}
}

// blankHash is a comment behind a value.
var blankHash = pattern.Lazy(`\s#+\s*\S`)

func inlineComment(n *node, r *reporter) {
	for _, e := range n.entries {
		if !strings.Contains(e.Value, "#") {
			continue
		}
		at := blankHash().FindStringIndex(e.Value)
		if at == nil || e.KeyPos.IsZero() || strings.Count(e.Value[:at[0]], `"`)%2 == 1 {
			continue
		}
		refused := n.verdict.Refusal != nil && slices.Contains(structural, e.Key)
		for _, p := range append(problems(n.verdict.Refusal), n.verdict.Others...) {
			refused = refused || p.Key == e.Key
		}
		f := r.at(n, e.Key, "the text from # on is no comment: it is part of the value of %s", e.Key).asIf(refused, Error)
		if pos := e.PositionAt(at[0] + 1); pos.Line == f.Line && n.src.Lines == nil {
			f.Column = pos.Column
		}
		f.edit(SetValue, e.Key, javalang.Trim(e.Value[:at[0]]))
		if release.Sensitive(e.Key) {
			f.Edit = nil
		}
	}
}

func quotedValue(n *node, r *reporter) {
	for _, e := range n.entries {
		if text := javalang.Trim(e.Value); isQuoted(text) && !e.KeyPos.IsZero() {
			f := r.at(n, e.Key, "the quotes are part of the value of %s", e.Key)
			if !release.Sensitive(e.Key) {
				f.edit(SetValue, e.Key, text[1:len(text)-1])
			}
		}
	}
}

func isQuoted(text string) bool {
	return len(text) > 1 && (text[0] == '"' || text[0] == '\'') && text[len(text)-1] == text[0] && strings.Count(text, text[:1]) == 2
}

// placeholder is a reference to a config provider or a shell variable, or a template's.
var placeholder = pattern.Lazy(`\$\{([^}:]*)(:?)[^}]*\}|\{\{.*?\}\}`)

func unresolvedPlaceholder(n *node, r *reporter) {
	for _, e := range n.entries {
		if trimmed := javalang.Trim(e.Value); strings.Contains(trimmed, "${") || strings.Contains(trimmed, "{{") {
			if text, ok := n.firstUnresolvable(trimmed); ok {
				if release.Sensitive(e.Key) {
					text = "a reference"
				}
				r.at(n, e.Key, "%s in %s stays as it is: no config provider of this file can resolve it", text, e.Key)
			}
		}
	}
}

// firstUnresolvable is the first placeholder in a value that no declared config provider is for.
func (n *node) firstUnresolvable(value string) (string, bool) {
	for _, m := range placeholder().FindAllStringSubmatch(value, -1) {
		if m[2] != ":" || !n.declaresProvider(m[1]) {
			return m[0], true
		}
	}
	return "", false
}

// resolvable tells whether all references in the value of a key are to declared providers: they have a value elsewhere.
func (n *node) resolvable(key string) bool {
	text, _ := n.written(key)
	_, unresolvable := n.firstUnresolvable(text)
	return !unresolvable
}

func (n *node) declaresProvider(name string) bool {
	names, _ := n.props.Get("config.providers")
	for _, declared := range splitList(names, ",") {
		if declared == name {
			return n.has("config.providers." + name + ".class")
		}
	}
	return false
}

const listenerPrefix = "listener.name."

// listenerOf is the listener a key with the prefix is for, as the key has it: one of the node's, else up to the next dot.
func (n *node) listenerOf(key string) (name string, known bool) {
	rest := strings.TrimPrefix(key, listenerPrefix)
	for _, candidate := range n.listenerNames() {
		if len(rest) > len(candidate) && rest[len(candidate)] == '.' && strings.EqualFold(rest[:len(candidate)], candidate) {
			return rest[:len(candidate)], true
		}
	}
	name, _, _ = strings.Cut(rest, ".")
	return name, false
}

func (n *node) listenerNames() []string {
	var names []string
	for _, all := range [][]endpoint{n.listeners, n.advertised} {
		for _, e := range all {
			names = append(names, e.name)
		}
	}
	return append(names, n.controllerNames...)
}

func listenerPrefixCase(n *node, r *reporter) {
	for _, e := range n.entries {
		if !strings.HasPrefix(e.Key, listenerPrefix) {
			continue
		}
		if name, _ := n.listenerOf(e.Key); name != strings.ToLower(name) {
			fixed := listenerPrefix + strings.ToLower(name) + strings.TrimPrefix(e.Key, listenerPrefix+name)
			r.at(n, e.Key, "Kafka reads this key only as %s", fixed).edit(RenameKey, e.Key, fixed)
		}
	}
}

func listenerPrefixUnknown(n *node, r *reporter) {
	if n.unknown(listenersKey) || n.unknown(controllerKey) {
		return
	}
	for _, e := range n.entries {
		if !strings.HasPrefix(e.Key, listenerPrefix) {
			continue
		}
		if name, known := n.listenerOf(e.Key); !known && name == strings.ToLower(name) && name != "" {
			r.at(n, e.Key, "this node has no listener %s", strings.ToUpper(name))
		}
	}
}
