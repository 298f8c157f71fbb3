package render

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"path/filepath"
	"strings"

	"github.com/kraftctl/kraftctl/validate"
)

// gitlabSeverities are the severities of a code quality report.
var gitlabSeverities = [...]string{validate.Info: "info", validate.Warning: "minor", validate.Error: "critical"}

// gitlabIssue is an entry of GitLab's code quality report.
type gitlabIssue struct {
	Description string         `json:"description"`
	CheckName   string         `json:"check_name"`
	Fingerprint string         `json:"fingerprint"`
	Severity    string         `json:"severity"`
	Location    gitlabLocation `json:"location"`
}

type gitlabLocation struct {
	Path  string      `json:"path"`
	Lines gitlabLines `json:"lines"`
}

type gitlabLines struct {
	Begin int `json:"begin"`
}

// GitLab writes a code quality report, which GitLab shows in merge requests.
func GitLab(out io.Writer, report *validate.Report, _ Options) error {
	issues := []gitlabIssue{}
	for _, f := range report.Files {
		if f.Err != nil {
			issues = append(issues, newIssue(validate.Finding{Rule: "unreadable", Severity: validate.Error, Message: "it cannot be read: " + f.Err.Error(), Place: validate.Place{File: f.Path, Line: 1}}))
		}
	}
	for _, f := range report.Findings {
		issues = append(issues, newIssue(f))
	}
	return newEncoder(out, "  ").Encode(issues)
}

func newIssue(f validate.Finding) gitlabIssue {
	return gitlabIssue{
		Description: f.Message, CheckName: f.Rule, Fingerprint: fingerprint(f), Severity: gitlabSeverities[f.Severity],
		Location: gitlabLocation{filepath.ToSlash(f.File), gitlabLines{max(1, f.Line)}},
	}
}

// fingerprint stays the same while lines move: it is made of the rule, the file, the key and the message.
func fingerprint(f validate.Finding) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{f.Rule, filepath.ToSlash(f.File), f.Key, f.Message}, "\x00")))
	return hex.EncodeToString(sum[:16])
}
