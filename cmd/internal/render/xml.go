package render

import (
	"encoding/xml"
	"fmt"
	"io"

	"github.com/kraftctl/kraftctl/validate"
)

type junitReport struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name      string       `xml:"name,attr"`
	ClassName string       `xml:"classname,attr"`
	File      string       `xml:"file,attr"`
	Line      int          `xml:"line,attr,omitempty"`
	Failure   *junitDetail `xml:"failure"`
	Error     *junitDetail `xml:"error"`
	Skipped   *junitDetail `xml:"skipped"`
}

type junitDetail struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// JUnit writes a suite for each file: a failure for each finding at the fail level, a skipped case for one below it, and
// one passed case for a file without findings.
func JUnit(out io.Writer, report *validate.Report, o Options) error {
	all := junitReport{Name: "kraftctl validate"}
	paths, findings := byFile(report)
	reasons := unreadable(report)
	for _, path := range paths {
		suite := junitSuite{Name: path}
		if reason, ok := reasons[path]; ok {
			suite.Errors++
			suite.Cases = append(suite.Cases, junitCase{Name: "readable", ClassName: path, File: path, Error: &junitDetail{Message: reason, Type: "unreadable"}})
		}
		for _, f := range findings[path] {
			suite.add(f, o.FailLevel)
		}
		if len(suite.Cases) == 0 {
			suite.Cases = append(suite.Cases, junitCase{Name: "no findings", ClassName: path, File: path})
		}
		suite.Tests = len(suite.Cases)
		all.Tests += suite.Tests
		all.Failures += suite.Failures
		all.Errors += suite.Errors
		all.Skipped += suite.Skipped
		all.Suites = append(all.Suites, suite)
	}
	return writeXML(out, all)
}

// add appends the case of a finding.
func (s *junitSuite) add(f validate.Finding, failLevel validate.Severity) {
	c := junitCase{Name: fmt.Sprintf("%s line %d", f.Rule, f.Line), ClassName: f.File, File: f.File, Line: f.Line}
	detail := &junitDetail{Message: f.Message, Type: f.Severity.String()}
	if f.Severity >= failLevel {
		detail.Text = position(f.Place) + ": " + advice(f)
		c.Failure = detail
		s.Failures++
	} else {
		detail.Type = ""
		c.Skipped = detail
		s.Skipped++
	}
	s.Cases = append(s.Cases, c)
}

type checkstyleReport struct {
	XMLName xml.Name         `xml:"checkstyle"`
	Version string           `xml:"version,attr"`
	Files   []checkstyleFile `xml:"file"`
}

type checkstyleFile struct {
	Name   string            `xml:"name,attr"`
	Errors []checkstyleError `xml:"error"`
}

type checkstyleError struct {
	Line     int    `xml:"line,attr"`
	Column   int    `xml:"column,attr,omitempty"`
	Severity string `xml:"severity,attr"`
	Message  string `xml:"message,attr"`
	Source   string `xml:"source,attr"`
}

// Checkstyle writes the XML of the Java tool of that name (format 4.3), which many build servers read.
func Checkstyle(out io.Writer, report *validate.Report, _ Options) error {
	all := checkstyleReport{Version: "4.3"}
	paths, findings := byFile(report)
	reasons := unreadable(report)
	for _, path := range paths {
		file := checkstyleFile{Name: path}
		if reason, ok := reasons[path]; ok {
			file.Errors = append(file.Errors, checkstyleError{Line: 1, Severity: validate.Error.String(), Message: reason, Source: "kraftctl.unreadable"})
		}
		for _, f := range findings[path] {
			file.Errors = append(file.Errors, checkstyleError{f.Line, f.Column, f.Severity.String(), advice(f), "kraftctl." + f.Rule})
		}
		all.Files = append(all.Files, file)
	}
	return writeXML(out, all)
}

func writeXML(out io.Writer, document any) error {
	text, err := xml.MarshalIndent(document, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s%s\n", xml.Header, text)
	return err
}
