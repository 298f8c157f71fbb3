package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/validate"
	"github.com/kraftctl/kraftctl/validate/explain"
)

const intro = `# Rules of kraftctl validate

<!-- Generated from the rules in validate/ by internal/gen/rules ("make generate"); do not edit. -->

%d rules. **error** means that the node will not start or join, or that data or clients certainly break; **warning** works now, or
partly; **info** is advice. Some rules are milder or harsher in some releases or situations, as their text says.
A rule marked *production* holds with ` + "`--profile production`" + ` only.

` + "`kraftctl explain RULE`" + ` prints an entry. To accept a finding write ` + "`# kraftctl:ignore RULE reason`" + ` anywhere in the file, or use
` + "`.kraftctl.yaml`" + ` or ` + "`--baseline`" + `; [kraftctl validate](commands/kraftctl-validate.md) tells how.

`

// titles head the rules of a scope.
var titles = [...]string{validate.ScopeFile: "Rules that look at one node", validate.ScopeCluster: "Rules that look at a cluster"}

// write writes the page.
func write(b *bytes.Buffer) {
	rules := validate.Rules()
	fmt.Fprintf(b, intro, len(rules))
	for scope, title := range titles {
		fmt.Fprintf(b, "## %s\n\n| rule | severity | finds |\n|---|---|---|\n", title)
		for _, r := range rules {
			if int(r.Scope) == scope {
				fmt.Fprintf(b, "| [%s](#%s) | %s | %s |\n", r.Slug, r.Slug, marks(r), cell(r.Doc.What))
			}
		}
		b.WriteByte('\n')
	}
	said := messages()
	for scope, title := range titles {
		fmt.Fprintf(b, "## %s, one by one\n\n", title)
		for _, r := range rules {
			if int(r.Scope) == scope {
				entry(b, r, said[r.Slug])
			}
		}
	}
}

// marks are the severity and what limits the rule.
func marks(r *validate.Rule) string {
	text := r.Severity.String()
	if r.Releases.Since != release.Oldest() || r.Releases.Until != release.Newest() {
		text += ", " + releases(r.Releases)
	}
	if r.Profile == validate.Production {
		text += ", *production*"
	}
	return text
}

func releases(g release.Range) string {
	switch {
	case g.Until == release.Newest():
		return "Kafka " + g.Since.String() + "+"
	case g.Until == g.Since:
		return "Kafka " + g.Since.String()
	}
	return fmt.Sprintf("Kafka %s … %s", g.Since, g.Until)
}

// cell is text that may stand in a table.
func cell(text string) string { return strings.ReplaceAll(prose(text), "|", `\|`) }

// prose is text whose angle brackets and braces Markdown must not take for its own.
func prose(text string) string {
	return strings.NewReplacer("<", "&lt;", ">", "&gt;", "*", `\*`, "_", `\_`).Replace(text)
}

func entry(b *bytes.Buffer, r *validate.Rule, said []string) {
	fmt.Fprintf(b, "### %s\n\n%s · %s\n\n", r.Slug, marks(r), r.Scope)
	fmt.Fprintf(b, "- **What:** %s\n- **Why:** %s\n- **Fix:** %s\n", prose(r.Doc.What), prose(r.Doc.Why), prose(r.Doc.Fix))
	for _, m := range said {
		fmt.Fprintf(b, "- **Kafka says:** `` %s ``\n", m)
	}
	example(b, "Wrong", r.Bad)
	example(b, "Right", r.Good)
	b.WriteByte('\n')
}

func example(b *bytes.Buffer, title string, e validate.Example) {
	if e == "" {
		return
	}
	fmt.Fprintf(b, "\n%s:\n\n```properties\n", title)
	files := e.Files()
	for _, f := range files {
		if len(files) > 1 {
			fmt.Fprintf(b, "# %s\n", f.Name)
		}
		b.WriteString(shown(f.Text))
	}
	b.WriteString("```\n")
}

// shown is the text of an example as a page in UTF-8 can hold it: bytes that cannot be seen become escapes.
func shown(text string) string {
	text = strings.NewReplacer("\uFEFF", `<U+FEFF>`, "\u00A0", `<U+00A0>`).Replace(strings.ToValidUTF8(text, "\uFFFD"))
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return text
}

// messages lists what Kafka says by the rules that find the cause.
func messages() map[string][]string {
	said := map[string][]string{}
	for _, m := range explain.Messages() {
		for _, slug := range m.Slugs() {
			if slug != "kafka-rejects" {
				said[slug] = append(said[slug], m.Shown())
			}
		}
	}
	return said
}
