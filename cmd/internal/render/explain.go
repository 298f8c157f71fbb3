package render

import (
	"fmt"
	"io"
	"strings"

	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/validate"
	"github.com/kraftctl/kraftctl/validate/explain"
)

// Explanation is what kraftctl explain has to say. Its JSON form is a contract: fields are added, never changed.
type Explanation struct {
	Rules    []RuleInfo    `json:"rules,omitempty"`
	Messages []MessageInfo `json:"messages,omitempty"`
}

// RuleInfo is a rule of the linter as programs see it.
type RuleInfo struct {
	Rule     string            `json:"rule"`
	Severity validate.Severity `json:"severity"`
	Scope    string            `json:"scope"`
	Profile  string            `json:"profile"`
	// Since and Until are the first and the last release the rule holds for.
	Since string `json:"since"`
	Until string `json:"until"`
	What  string `json:"what"`
	Why   string `json:"why"`
	Fix   string `json:"fix"`
	Bad   string `json:"bad,omitempty"`
	Good  string `json:"good,omitempty"`
	// Messages are those of Kafka's that the rule prevents.
	Messages []string `json:"messages,omitempty"`
	Page     string   `json:"page"`
}

// MessageInfo is a message of Kafka's as programs see it.
type MessageInfo struct {
	Message string   `json:"message"`
	When    string   `json:"when"`
	Cause   string   `json:"cause"`
	Fix     string   `json:"fix"`
	Rules   []string `json:"rules,omitempty"`
}

// NewRuleInfo describes a rule.
func NewRuleInfo(r *validate.Rule) RuleInfo {
	info := RuleInfo{
		Rule: r.Slug, Severity: r.Severity, Scope: r.Scope.String(), Profile: string(r.Profile),
		Since: r.Releases.Since.String(), Until: r.Releases.Until.String(),
		What: r.Doc.What, Why: r.Doc.Why, Fix: r.Doc.Fix, Bad: string(r.Bad), Good: string(r.Good), Page: RulePage(r.Slug),
	}
	for _, m := range explain.Messages() {
		for _, slug := range m.Slugs() {
			if slug == r.Slug {
				info.Messages = append(info.Messages, m.Shown())
			}
		}
	}
	return info
}

// NewMessageInfo describes a message.
func NewMessageInfo(m *explain.Message) MessageInfo {
	return MessageInfo{Message: m.Shown(), When: string(m.When), Cause: m.Cause, Fix: m.Fix, Rules: m.Slugs()}
}

// Holds says for which releases and in which profile a rule holds, as in "Kafka 3.4 … 3.9, profile production".
func (r RuleInfo) Holds() string {
	text := "Kafka " + r.Since
	switch {
	case r.Until == release.Newest().String():
		text += "+"
	case r.Until != r.Since:
		text += " … " + r.Until
	}
	if r.Profile == string(validate.Production) {
		text += ", profile production"
	}
	return text
}

// JSON writes the explanation as one indented JSON document.
func (e *Explanation) JSON(out io.Writer) error { return newEncoder(out, "  ").Encode(e) }

// Text writes the explanation for a person.
func (e *Explanation) Text(out io.Writer, colored bool) error {
	p := newPalette(colored)
	var b strings.Builder
	for _, r := range e.Rules {
		r.text(&b, p)
	}
	for i, m := range e.Messages {
		if i > 0 {
			b.WriteByte('\n')
		}
		m.text(&b, p)
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func (r RuleInfo) text(b *strings.Builder, p palette) {
	fmt.Fprintf(b, "%s  %s, looks at a %s, %s\n\n", p.rule(r.Rule), p.severity[r.Severity](r.Severity.String()), r.Scope, r.Holds())
	labelled(b, p, "what", r.What)
	labelled(b, p, "why", r.Why)
	labelled(b, p, "fix", r.Fix)
	for _, example := range []struct{ title, text string }{{"wrong:", r.Bad}, {"right:", r.Good}} {
		if example.text != "" {
			fmt.Fprintf(b, "\n%s\n%s", p.dim(example.title), indented(example.text))
		}
	}
	if len(r.Messages) > 0 {
		fmt.Fprintf(b, "\n%s\n", p.dim("Kafka would say:"))
		for _, m := range r.Messages {
			fmt.Fprintf(b, "    %s\n", m)
		}
	}
}

func (m MessageInfo) text(b *strings.Builder, p palette) {
	fmt.Fprintf(b, "%s\n", p.place(m.Message))
	labelled(b, p, "seen", m.When)
	labelled(b, p, "cause", m.Cause)
	labelled(b, p, "fix", m.Fix)
	if len(m.Rules) > 0 {
		labelled(b, p, "rules", strings.Join(m.Rules, ", ")+" (kraftctl validate finds it beforehand)")
	}
}

func labelled(b *strings.Builder, p palette, label, text string) {
	fmt.Fprintf(b, "  %s %s\n", p.dim(fmt.Sprintf("%-6s", label)), text)
}

func indented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString("    " + strings.TrimRight(plain(strings.TrimSuffix(line, "\n")), " ") + "\n")
	}
	return b.String()
}
