//go:build conformance

package conformance

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// kafka is one released Apache Kafka that Maven has fetched.
type kafka struct {
	version   string
	classpath string
}

// noTools are the releases whose kafka-tools jar is not on Maven Central; their server and StorageTool are.
var noTools = map[string]bool{"4.4.0": true}

// resolving serialises Maven: two of them writing one local repository get in each other's way.
var resolving sync.Mutex

// theKafka gives a release, fetching its jars where they are not cached.
func theKafka(t *testing.T, version string) *kafka {
	t.Helper()
	resolving.Lock()
	defer resolving.Unlock()
	classpath, err := classpathOf(version)
	if err != nil {
		t.Fatalf("Kafka %s: %v", version, err)
	}
	return &kafka{version: version, classpath: classpath}
}

// major is the first number of a release such as 3.9.2.
func (k *kafka) major() string {
	major, _, _ := strings.Cut(k.version, ".")
	return major
}

// atLeast reports whether the release's line is line (such as "3.9") or newer.
func (k *kafka) atLeast(line string) bool {
	var a, b, x, y int
	_, _ = fmt.Sscanf(k.version, "%d.%d", &a, &b)
	_, _ = fmt.Sscanf(line, "%d.%d", &x, &y)
	return a > x || (a == x && b >= y)
}

func classpathOf(version string) (string, error) {
	dir, err := cacheDir()
	if err != nil {
		return "", err
	}
	pom, err := os.ReadFile(filepath.Join("pom", "pom.xml"))
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, fmt.Sprintf("%s-%.6x.classpath", version, sha256.Sum256(pom)))
	if cached, err := os.ReadFile(file); err == nil && jarsExist(string(cached)) {
		return string(cached), nil
	}
	if err := resolve(version, file); err != nil {
		return "", err
	}
	resolved, err := os.ReadFile(file)
	return string(bytes.TrimSpace(resolved)), err
}

func cacheDir() (string, error) {
	dir := os.Getenv("KRAFTCTL_CONFORMANCE_CACHE")
	if dir == "" {
		home, err := os.UserCacheDir()
		if err != nil {
			return "", err
		}
		dir = filepath.Join(home, "kraftctl-conformance")
	}
	return dir, os.MkdirAll(dir, 0o755)
}

// resolve lets Maven write a release's class path to file.
func resolve(version, file string) error {
	var profiles []string
	if !noTools[version] {
		profiles = append(profiles, "tools")
	}
	if !strings.HasPrefix(version, "3.") {
		profiles = append(profiles, "simplelogger")
	}
	maven := exec.Command("mvn", "-q", "-B", "-f", filepath.Join("pom", "pom.xml"), "-Dkafka.version="+version,
		"-P"+strings.Join(profiles, ","), "dependency:build-classpath", "-Dmdep.outputFile="+file)
	if out, err := maven.CombinedOutput(); err != nil {
		return fmt.Errorf("mvn could not resolve the class path: %w\n%s", err, out)
	}
	return nil
}

func jarsExist(classpath string) bool {
	for _, jar := range filepath.SplitList(strings.TrimSpace(classpath)) {
		if _, err := os.Stat(jar); err != nil {
			return false
		}
	}
	return classpath != ""
}
