package render

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/kraftctl/kraftctl/validate"
)

// githubCommands are the workflow commands that make an annotation.
var githubCommands = [...]string{validate.Info: "notice", validate.Warning: "warning", validate.Error: "error"}

// What the runner of GitHub Actions decodes in the data and in the properties of a workflow command
// (actions/toolkit, packages/core/src/command.ts).
var (
	githubData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// GitHub writes workflow commands, which GitHub Actions shows as annotations beside the lines.
func GitHub(out io.Writer, report *validate.Report, _ Options) error {
	var b strings.Builder
	for _, f := range report.Files {
		if f.Err != nil {
			fmt.Fprintf(&b, "::error file=%s,title=unreadable::%s\n", githubPath(f.Path), githubData.Replace("it cannot be read: "+f.Err.Error()))
		}
	}
	for _, f := range report.Findings {
		fmt.Fprintf(&b, "::%s file=%s", githubCommands[f.Severity], githubPath(f.File))
		if f.Line > 0 {
			fmt.Fprintf(&b, ",line=%d", f.Line)
		}
		if f.Line > 0 && f.Column > 0 {
			fmt.Fprintf(&b, ",col=%d", f.Column)
		}
		fmt.Fprintf(&b, ",title=%s::%s\n", githubProperty.Replace(f.Rule), githubData.Replace(advice(f)))
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func githubPath(path string) string { return githubProperty.Replace(filepath.ToSlash(path)) }
