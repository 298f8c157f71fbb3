package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"text/tabwriter"

	"github.com/kraftctl/kraftctl/cmd/internal/render"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/validate"

	"github.com/kraftctl/kraftctl/internal/wording"
)

func (app *App) wantsColor() bool { return render.Colored(app.Out, app.LookupEnv) }

// versionText is kraftctl's own version, for formats that name the tool.
func versionText() string {
	build, _ := debug.ReadBuildInfo()
	return currentVersion(build).Version
}

// loadSettings reads the settings file: the one named, which must be there, or that of the working directory. Without
// one the result is nil.
func loadSettings(name string) (*validate.Settings, error) {
	optional := name == ""
	if optional {
		name = validate.SettingsName
	}
	text, err := os.ReadFile(name)
	if optional && errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, usageError(fmt.Errorf("the settings cannot be read: %w", err), "")
	}
	settings, err := validate.ParseSettings(text)
	if err != nil {
		return nil, usageError(fmt.Errorf("%s: %w", name, err), "it may have kafka-version, profile, severities and ignore")
	}
	return settings, nil
}

// toldVersion is the release that the settings, or Kafka's jars beside the configurations, tell; else fallback. from
// says what told it.
func toldVersion(settings *validate.Settings, paths []string, fallback string) (version, from string) {
	if settings != nil && settings.KafkaVersion != "" {
		return settings.KafkaVersion, validate.SettingsName
	}
	for _, path := range paths {
		dir := path
		if info, err := os.Stat(path); err != nil || !info.IsDir() {
			dir = filepath.Dir(path)
		}
		if absolute, err := filepath.Abs(dir); err == nil {
			dir = absolute
		}
		for range 3 { // config/kraft/server.properties is two directories below libs
			if version, jar := jarVersion(filepath.Join(dir, "libs")); jar != "" {
				return version, jar
			}
			dir = filepath.Dir(dir)
		}
	}
	return fallback, ""
}

// jarVersion is the release of the kafka-clients jar in a directory; jar is empty when there is none that kraftctl knows.
func jarVersion(libs string) (version, jar string) {
	jars, err := filepath.Glob(filepath.Join(libs, "kafka-clients-*.jar"))
	if err != nil {
		return "", ""
	}
	for _, name := range jars {
		text := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(name), "kafka-clients-"), ".jar")
		if _, err := release.Parse(text); err == nil {
			return text, name
		}
	}
	return "", ""
}

// applyBaseline writes the baseline, and is done then, or takes what it accepts out of the report.
func (app *App) applyBaseline(o *validateOptions, report *validate.Report) (done bool, err error) {
	if o.writeBaseline {
		text, err := validate.NewBaseline(report).Marshal()
		if err == nil {
			err = os.WriteFile(o.baseline, text, 0o644)
		}
		if err != nil {
			return true, &ExitError{Code: ExitFailure, Err: fmt.Errorf("the baseline cannot be written: %w", err)}
		}
		return true, printLines(app, []string{fmt.Sprintf("%s accepts %s", o.baseline, wording.Count(len(report.Findings), "finding"))})
	}
	text, err := os.ReadFile(o.baseline)
	if err != nil {
		return true, usageError(fmt.Errorf("the baseline cannot be read: %w", err), "--write-baseline makes one")
	}
	baseline, err := validate.ParseBaseline(text)
	if err != nil {
		return true, usageError(fmt.Errorf("%s is no baseline: %w", o.baseline, err), "--write-baseline makes one")
	}
	if gone := baseline.Apply(report); len(gone) > 0 {
		report.Notes = append(report.Notes, fmt.Sprintf("%s accepts %s that no longer occur; --write-baseline brings it up to date", o.baseline, wording.Count(len(gone), "finding")))
	}
	return false, nil
}

// ruleRow is one rule of --list-rules; its JSON form is a contract.
type ruleRow struct {
	Rule     string `json:"rule"`
	Severity string `json:"severity"`
	Scope    string `json:"scope"`
	Since    string `json:"since"`
	Until    string `json:"until"`
	Profile  string `json:"profile"`
	What     string `json:"what"`
	Why      string `json:"why"`
	Fix      string `json:"fix"`
}

// listRules prints all rules.
func listRules(app *App, output string) error {
	if err := checkOutput(output); err != nil {
		return err
	}
	rows := []ruleRow{}
	for _, r := range validate.Rules() {
		rows = append(rows, ruleRow{
			r.Slug, r.Severity.String(), r.Scope.String(), r.Releases.Since.String(), r.Releases.Until.String(),
			string(r.Profile), r.Doc.What, r.Doc.Why, r.Doc.Fix,
		})
	}
	if output == outputJSON {
		encoder := json.NewEncoder(app.Out)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		return encoder.Encode(struct {
			Version int       `json:"version"`
			Rules   []ruleRow `json:"rules"`
		}{1, rows})
	}
	table := tabwriter.NewWriter(app.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "RULE\tSEVERITY\tSCOPE\tRELEASES\tPROFILE")
	for _, r := range rows {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s–%s\t%s\n", r.Rule, r.Severity, r.Scope, r.Since, r.Until, r.Profile)
	}
	return table.Flush()
}
