package render

import (
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/kraftctl/kraftctl/validate"
)

// home is where kraftctl and the pages of its rules live.
const home = "https://github.com/kraftctl/kraftctl"

// The parts of SARIF 2.1.0 (OASIS, errata 01) a linter needs. They are written out here because a library for all of SARIF
// costs every command its schema validator at start-up.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		ColumnKind  string            `json:"columnKind"`
		Invocations []sarifInvocation `json:"invocations"`
		Results     []sarifResult     `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version,omitempty"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID      string      `json:"id"`
		Short   sarifText   `json:"shortDescription"`
		Full    sarifText   `json:"fullDescription"`
		Help    sarifText   `json:"help"`
		HelpURI string      `json:"helpUri"`
		Default sarifConfig `json:"defaultConfiguration"`
	}
	sarifConfig struct {
		Level string `json:"level"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifInvocation struct {
		Successful    bool                `json:"executionSuccessful"`
		Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations,omitempty"`
	}
	sarifResult struct {
		RuleID       string             `json:"ruleId"`
		RuleIndex    int                `json:"ruleIndex"`
		Level        string             `json:"level"`
		Message      sarifText          `json:"message"`
		Locations    []sarifLocation    `json:"locations"`
		Related      []sarifLocation    `json:"relatedLocations,omitempty"`
		Fingerprints map[string]string  `json:"partialFingerprints"`
		Suppressions []sarifSuppression `json:"suppressions,omitempty"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Justification string `json:"justification,omitempty"`
	}
	sarifLocation struct {
		ID       int           `json:"id,omitempty"`
		Physical sarifPhysical `json:"physicalLocation"`
		Message  *sarifText    `json:"message,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int        `json:"startLine"`
		StartColumn int        `json:"startColumn,omitempty"`
		Snippet     *sarifText `json:"snippet,omitempty"`
	}
)

// sarifLevels are the levels of results.
var sarifLevels = [...]string{validate.Info: "note", validate.Warning: "warning", validate.Error: "error"}

// SARIF writes a SARIF 2.1.0 log with one run. The rules that found something are described in it; accepted findings
// are results with a suppression.
func SARIF(out io.Writer, report *validate.Report, o Options) error {
	s := sarifBuilder{index: map[string]int{}}
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}, Invocations: []sarifInvocation{s.invocation(report)}}
	for _, f := range report.Findings {
		run.Results = append(run.Results, s.result(f))
	}
	for _, f := range report.Suppressed {
		result := s.result(f.Finding)
		result.Suppressions = []sarifSuppression{{Kind: suppressionKind(f.By), Justification: f.Reason}}
		run.Results = append(run.Results, result)
	}
	run.Tool.Driver = sarifDriver{Name: "kraftctl", Version: o.Version, InformationURI: home, Rules: s.rules}
	if run.Tool.Driver.Rules == nil {
		run.Tool.Driver.Rules = []sarifRule{}
	}
	return newEncoder(out, "  ").Encode(sarifLog{
		Schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run},
	})
}

func suppressionKind(by string) string {
	if by == "comment" {
		return "inSource"
	}
	return "external"
}

// sarifBuilder collects the rules that results refer to.
type sarifBuilder struct {
	rules []sarifRule
	index map[string]int
}

func (s *sarifBuilder) rule(slug string) int {
	i, ok := s.index[slug]
	if ok {
		return i
	}
	i = len(s.rules)
	s.index[slug] = i
	r := sarifRule{ID: slug, Short: sarifText{slug}, Full: sarifText{slug}, Help: sarifText{slug}, HelpURI: RulePage(slug), Default: sarifConfig{"warning"}}
	if rule, ok := validate.Lookup(slug); ok {
		r.Short.Text, r.Full.Text = rule.Doc.What, rule.Doc.What+" "+rule.Doc.Why
		r.Help.Text = rule.Doc.Why + " Fix: " + rule.Doc.Fix
		r.Default.Level = sarifLevels[rule.Severity]
	}
	s.rules = append(s.rules, r)
	return i
}

// RulePage is the address of a rule's documentation.
func RulePage(slug string) string { return home + "/blob/main/docs/rules.md#" + slug }

func (s *sarifBuilder) result(f validate.Finding) sarifResult {
	r := sarifResult{
		RuleID: f.Rule, RuleIndex: s.rule(f.Rule), Level: sarifLevels[f.Severity], Message: sarifText{f.Message + "\n" + f.Why + "\nFix: " + f.Fix},
		Locations: []sarifLocation{locate(f.Place)}, Fingerprints: map[string]string{"kraftctl/v1": fingerprint(f)},
	}
	for i, other := range f.Related {
		l := locate(other.Place)
		l.ID, l.Message = i+1, &sarifText{other.Message}
		r.Related = append(r.Related, l)
	}
	return r
}

func locate(p validate.Place) sarifLocation {
	l := sarifLocation{Physical: sarifPhysical{Artifact: sarifArtifact{artifactURI(p.File)}}}
	if p.Line > 0 {
		l.Physical.Region = &sarifRegion{StartLine: p.Line, StartColumn: p.Column}
		if p.Excerpt != "" {
			l.Physical.Region.Snippet = &sarifText{plain(p.Excerpt)}
		}
	}
	return l
}

// artifactURI is a path as a URI reference: relative paths stay relative, absolute ones become file URIs.
func artifactURI(path string) string {
	if path == "-" {
		return "stdin"
	}
	u := url.URL{Path: filepath.ToSlash(path)}
	if filepath.IsAbs(path) {
		u.Scheme = "file"
		u.Path = "/" + strings.TrimPrefix(u.Path, "/")
	}
	return u.String()
}

func (s *sarifBuilder) invocation(report *validate.Report) sarifInvocation {
	i := sarifInvocation{Successful: !report.Unreadable()}
	for _, f := range report.Files {
		if f.Err != nil {
			i.Notifications = append(i.Notifications, sarifNotification{"error", sarifText{"it cannot be read: " + f.Err.Error()}, []sarifLocation{locate(validate.Place{File: f.Path})}})
		}
	}
	return i
}
