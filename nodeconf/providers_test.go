package nodeconf

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/release"
)

// surroundings has an environment and files for config providers.
func surroundings(r release.Release) Options {
	files := fstest.MapFS{
		"etc/ids.properties":  {Data: []byte("id=5\nrack=zürich\n")},
		"etc/bad.properties":  {Data: []byte("x=\\u1\n")},
		"run/secrets/node.id": {Data: []byte("6")},
		"run/secrets/sub/x":   {Data: []byte("6")},
	}
	environment := map[string]string{"NODE_ID": "4", "SECRET": "s"}
	return Options{
		Release: r,
		Env:     func(name string) (string, bool) { v, ok := environment[name]; return v, ok },
		ReadFile: func(path string) ([]byte, error) {
			return files.ReadFile(strings.TrimPrefix(path, "/"))
		},
		ReadDir: func(path string) ([]fs.DirEntry, error) { return files.ReadDir(strings.TrimPrefix(path, "/")) },
	}
}

const providerLines = `config.providers=env,file,dir
config.providers.env.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider
config.providers.file.class=org.apache.kafka.common.config.provider.FileConfigProvider
config.providers.dir.class=org.apache.kafka.common.config.provider.DirectoryConfigProvider
`

func TestProvidersResolve(t *testing.T) {
	for reference, want := range map[string]string{
		"${env:NODE_ID}":                   "4",
		"a${env:NODE_ID}b${env:NODE_ID}":   "a4b4",
		"${file:/etc/ids.properties:id}":   "5",
		"${file:/etc/ids.properties:rack}": "zürich",
		"${dir:/run/secrets:node.id}":      "6",
		"${env:NOPE}":                      "${env:NOPE}",
		"${env:NOPE}${env:NODE_ID}":        "${env:NOPE}4",
		"${dir:/run/secrets:sub}":          "${dir:/run/secrets:sub}",
		"${dir:/nowhere:x}":                "${dir:/nowhere:x}",
		"${file:/etc/ids.properties:no}":   "${file:/etc/ids.properties:no}",
		"${other:x}":                       "${other:x}",
		"${nothing}":                       "${nothing}",
		"${env:NODE_ID":                    "${env:NODE_ID",
		"${file::x}":                       "${file::x}",
		"$${env:NODE_ID}":                  "$4",
		"${env:NODE_ID}}":                  "4}",
	} {
		node, problem := Load([]byte(combined+providerLines+"broker.rack="+reference), surroundings(release.V4_4))
		if problem != nil {
			t.Errorf("%s: %v", reference, problem)
			continue
		}
		if have, _ := node.Text("broker.rack"); have != want {
			t.Errorf("%s becomes %q, want %q", reference, have, want)
		}
	}
}

func TestUnresolved(t *testing.T) {
	text := combined + providerLines + "broker.rack=a${env:NOPE}\nmetrics.jmx.include=${none:x}\nnum.io.threads=${env:NODE_ID}\n"
	verdict := Judge([]byte(text), surroundings(release.V4_4))
	if verdict.Refusal != nil || len(verdict.Unresolved) != 2 {
		t.Fatalf("refusal %v, unresolved %+v", verdict.Refusal, verdict.Unresolved)
	}
	first, second := verdict.Unresolved[0], verdict.Unresolved[1]
	if first.Key != "broker.rack" || first.Pos != at(11, 14) || first.Reference != "${env:NOPE}" || !strings.Contains(first.Reason, "no such value") {
		t.Errorf("first %+v", first)
	}
	if second.Key != "metrics.jmx.include" || !strings.Contains(second.Reason, "names no provider none") {
		t.Errorf("second %+v", second)
	}
}

func TestProviderFailures(t *testing.T) {
	tests := []struct {
		name, lines string
		release     release.Release
		message     string
	}{
		{"file missing", providerLines + "broker.rack=${file:/no:x}", release.V4_4, "Could not read properties from file /no"},
		{"file malformed", providerLines + "broker.rack=${file:/etc/bad.properties:x}", release.V4_4, "Malformed \\uxxxx encoding."},
		{"path for env", providerLines + "broker.rack=${env:a:b}", release.V4_4, "Path is not supported for EnvVarConfigProvider, invalid value 'a'"},
		{"env before 3.5", providerLines, release.V3_4, "Invalid value org.apache.kafka.common.config.provider.EnvVarConfigProvider for configuration config.providers.env.class: Could not load config provider class or one of its dependencies"},
		{"no class name", "config.providers=x\nconfig.providers.x.class=not a class", release.V4_4, "Invalid value not a class for configuration config.providers.x.class: Could not load config provider class or one of its dependencies"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, problem := Load([]byte(combined+test.lines), surroundings(test.release))
			if problem == nil || problem.Message != test.message {
				t.Errorf("problem %v", problem)
			}
		})
	}
}

func TestProviderParameters(t *testing.T) {
	text := combined + providerLines + "config.providers.env.param.allowlist.pattern=NODE_.*\nconfig.providers.file.param.allowed.paths=/other\n" +
		"broker.rack=${env:NODE_ID}${env:SECRET}${file:/etc/ids.properties:id}\n"
	node, problem := Load([]byte(text), surroundings(release.V4_4))
	if problem != nil {
		t.Fatal(problem)
	}
	if have, _ := node.Text("broker.rack"); have != "4${env:SECRET}${file:/etc/ids.properties:id}" {
		t.Errorf("broker.rack is %q", have)
	}
}

func TestForeignProvider(t *testing.T) {
	text := combined + "config.providers=vault,lost\nconfig.providers.vault.class=com.example.Vault\nbroker.rack=${vault:a:b}\n"
	verdict := Judge([]byte(text), Options{Release: release.V4_4})
	if verdict.Refusal != nil || len(verdict.Unresolved) != 1 || !strings.Contains(verdict.Unresolved[0].Reason, "cannot run com.example.Vault") {
		t.Errorf("refusal %v, unresolved %+v", verdict.Refusal, verdict.Unresolved)
	}
}

// TestNothingAround judges without environment and files, as the zero Options has none.
func TestNothingAround(t *testing.T) {
	for _, line := range []string{"broker.rack=${env:A}", "broker.rack=${dir:/x:y}"} {
		if _, problem := Load([]byte(combined+providerLines+line), Options{Release: release.V4_4}); problem != nil {
			t.Errorf("%s: %v", line, problem)
		}
	}
	opts := Options{Release: release.V4_4, ReadFile: func(string) ([]byte, error) { return nil, errors.New("broken") }}
	if _, problem := Load([]byte(combined+providerLines+"broker.rack=${file:/x:y}"), opts); problem == nil {
		t.Error("an unreadable file is accepted")
	}
}
