package validate

import (
	"fmt"
	"strings"
)

// reporter collects what one rule has to say.
type reporter struct {
	rule     *Rule
	profile  Profile
	findings []*finding
}

// finding is a Finding in the making.
type finding struct {
	Finding
	node *node
}

// at reports about a key of a node; an absent key is shown at the anchor.
func (r *reporter) at(n *node, key, format string, args ...any) *finding {
	return r.add(n, key, n.place(key), fmt.Sprintf(format, args...))
}

// atLine reports about a key at a line of the text.
func (r *reporter) atLine(n *node, line int, key, format string, args ...any) *finding {
	return r.add(n, key, n.at(line, 1), fmt.Sprintf(format, args...))
}

func (r *reporter) add(n *node, key string, at Place, message string) *finding {
	f := &finding{node: n, Finding: Finding{
		Rule: r.rule.Slug, Severity: r.rule.Severity, Message: maskSecrets(message), Place: at, Key: key, Why: r.rule.Doc.Why, Fix: r.rule.Doc.Fix,
	}}
	r.findings = append(r.findings, f)
	return f
}

// as sets a severity other than the rule's.
func (f *finding) as(s Severity) *finding {
	f.Severity = s
	return f
}

// asIf sets a severity other than the rule's when a condition holds.
func (f *finding) asIf(holds bool, s Severity) *finding {
	if holds {
		f.Severity = s
	}
	return f
}

// see adds another node's place.
func (f *finding) see(other *node, key, format string, args ...any) *finding {
	f.Related = append(f.Related, Related{other.place(key), fmt.Sprintf(format, args...)})
	return f
}

// mend gives advice more exact than the rule's.
func (f *finding) mend(format string, args ...any) *finding {
	f.Fix = fmt.Sprintf(format, args...)
	return f
}

// edit says how the finding can be mended mechanically. Nothing can be in a text that came from another format.
func (f *finding) edit(kind, key, text string) {
	if f.node.src.Lines == nil {
		f.Edit = &Edit{kind, key, text}
	}
}

// joined is a list for a message, cut when it is long.
func joined(items []string) string {
	const most = 8
	if len(items) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(items[:most], ", "), len(items)-most)
	}
	return strings.Join(items, ", ")
}
