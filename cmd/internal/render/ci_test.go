package render_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

func readYAML(t *testing.T, name string, into any) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return string(text)
}

// TestAction holds action.yml to itself: every input is handed on, and none stands in a script, where it could be code.
func TestAction(t *testing.T) {
	var action struct {
		Inputs map[string]struct{ Description string }
		Runs   struct {
			Using string
			Steps []struct {
				Run string
				Env map[string]string
			}
		}
	}
	text := readYAML(t, "action.yml", &action)
	if action.Runs.Using != "composite" || len(action.Inputs) == 0 {
		t.Fatalf("%+v", action)
	}
	for name, input := range action.Inputs {
		if input.Description == "" || !strings.Contains(text, "${{ inputs."+name+" }}") {
			t.Errorf("the input %s is not described, or not used", name)
		}
	}
	script, err := os.ReadFile(filepath.Join("..", "..", "..", ".ci", "action"))
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range action.Runs.Steps {
		if strings.Contains(step.Run, "${{") {
			t.Errorf("%q has an expression in a script", step.Run)
		}
		for name, value := range step.Env {
			if strings.Contains(value, "inputs.") && !strings.Contains(string(script), "$"+name) {
				t.Errorf("%s is handed on to nobody", name)
			}
		}
	}
}

func TestHooks(t *testing.T) {
	var hooks []struct {
		ID, Name, Entry, Language, Files string
	}
	readYAML(t, ".pre-commit-hooks.yaml", &hooks)
	for _, h := range hooks {
		if h.ID == "" || h.Name == "" || !strings.HasPrefix(h.Entry, "kraftctl validate") || h.Language != "golang" {
			t.Errorf("%+v", h)
		}
		if _, err := regexp.Compile(h.Files); err != nil {
			t.Error(err)
		}
	}
	if len(hooks) != 2 {
		t.Errorf("there are %d hooks", len(hooks))
	}
}
