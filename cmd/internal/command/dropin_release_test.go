package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/release"
)

// appAs is an App started as executable, with one environment variable.
func appAs(executable, version string) *App {
	return &App{Executable: executable, LookupEnv: func(key string) (string, bool) {
		return version, key == releaseVariable && version != ""
	}}
}

func write(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestDropInReleaseComesFromTheEnvironmentFirst(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "libs", "kafka-clients-3.9.2.jar"))
	if got, err := dropInRelease(appAs(filepath.Join(dir, "bin", "kafka-storage.sh"), "4.1.2")); err != nil || got != release.V4_1 {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := dropInRelease(appAs("kafka-storage", "2.8")); err == nil || !strings.HasPrefix(err.Error(), releaseVariable+": ") {
		t.Errorf("an unknown release in the environment: got %v", err)
	}
}

func TestDropInReleaseComesFromTheJars(t *testing.T) {
	dir := t.TempDir()
	distribution := filepath.Join(dir, "kafka")
	write(t, filepath.Join(distribution, "libs", "kafka-clients-3.8.1.jar"))
	write(t, filepath.Join(distribution, "libs", "kafka-clients-3.7.2.jar"))
	write(t, filepath.Join(distribution, "libs", "kafka-clients-9.9.9.jar"))
	write(t, filepath.Join(distribution, "libs", "kafka-clients-4.0.2-test.txt"))
	write(t, filepath.Join(distribution, "bin", "kafka-storage.sh"))
	flat := filepath.Join(dir, "flat")
	write(t, filepath.Join(flat, "libs", "kafka-clients-4.2.0-rc1.jar"))
	elsewhere := filepath.Join(dir, "usr", "bin", "kafka-storage")
	if err := os.MkdirAll(filepath.Dir(elsewhere), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join("..", "..", "kafka", "bin", "kafka-storage.sh"), elsewhere); err != nil {
		t.Skip("no symbolic links here")
	}
	loop := filepath.Join(dir, "loop", "kafka-storage")
	if err := os.MkdirAll(filepath.Dir(loop), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(loop, loop); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]release.Release{
		filepath.Join(distribution, "bin", "kafka-storage.sh"): release.V3_8,
		filepath.Join(flat, "kafka-storage"):                   release.V4_2,
		elsewhere:                                              release.V3_8,
		loop:                                                   release.Newest(),
		filepath.Join(dir, "nowhere", "bin", "kafka-storage"): release.Newest(),
	} {
		if got, err := dropInRelease(appAs(path, "")); err != nil || got != want {
			t.Errorf("%s: got %v, %v, want %v", path, got, err, want)
		}
	}
}
