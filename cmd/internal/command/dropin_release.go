package command

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/kraftctl/kraftctl/release"
)

// releaseVariable names the Kafka release a drop-in behaves as.
const releaseVariable = "KRAFTCTL_KAFKA_VERSION"

// maxLinks bounds how many links are followed on the way to the binary.
const maxLinks = 40

// dropInRelease is the release a drop-in stands for: the one in the environment, else that of the Kafka whose bin folder the
// link lies in, else the newest.
func dropInRelease(app *App) (release.Release, error) {
	if text, ok := app.LookupEnv(releaseVariable); ok && text != "" {
		r, err := release.Parse(text)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", releaseVariable, err)
		}
		return r, nil
	}
	path := app.Executable
	if !strings.ContainsRune(path, filepath.Separator) {
		if found, err := exec.LookPath(path); err == nil {
			path = found
		}
	}
	for range maxLinks {
		if r, ok := releaseBeside(filepath.Dir(path)); ok {
			return r, nil
		}
		next, ok := follow(path)
		if !ok {
			break
		}
		path = next
	}
	return release.Newest(), nil
}

// follow is where a link leads to; false when path is none.
func follow(path string) (string, bool) {
	target, err := os.Readlink(path)
	if err != nil {
		return "", false
	}
	if !filepath.IsAbs(target) {
		target = filepath.Join(filepath.Dir(path), target)
	}
	return target, true
}

// releaseBeside finds the newest release among the kafka-clients jars of the distribution that bin belongs to.
func releaseBeside(bin string) (release.Release, bool) {
	var newest release.Release
	found := false
	for _, libs := range []string{filepath.Join(bin, "..", "libs"), filepath.Join(bin, "libs")} {
		entries, err := os.ReadDir(libs)
		if err != nil {
			continue
		}
		for _, entry := range entries {
			version, ok := strings.CutPrefix(entry.Name(), "kafka-clients-")
			if !ok || !strings.HasSuffix(version, ".jar") {
				continue
			}
			if r, err := release.Parse(strings.TrimSuffix(version, ".jar")); err == nil {
				newest, found = max(newest, r), true
			}
		}
		if found {
			return newest, true
		}
	}
	return 0, false
}
