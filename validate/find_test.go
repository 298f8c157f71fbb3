package validate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/validate"
)

func TestFindPaths(t *testing.T) {
	tree := memory{
		"etc/server.properties":              "process.roles=broker\nnode.id=1\n",
		"etc/connect.properties":             "bootstrap.servers=a:1\nlisteners=HTTP://:8083\n",
		"etc/weak.properties":                "listeners=PLAINTEXT://:9092\n",
		"etc/data/deep/meta.properties":      "version=1\n",
		"etc/other/meta.properties":          "version=1\n",
		"etc/other.properties":               "node.id=2\n",
		"etc/notes.txt":                      "node.id=3\n",
		"elsewhere/lost/meta.properties":     "version=1\n",
		"elsewhere/named-otherwise.anything": "node.id=4\n",
	}
	found, err := validate.Find(tree, nil, []string{"etc", "elsewhere/named-otherwise.anything", "elsewhere"}, 1)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, s := range found.Sources {
		paths = append(paths, s.Path)
	}
	if want := []string{"elsewhere/named-otherwise.anything", "etc/other.properties", "etc/server.properties", "etc/weak.properties"}; !slices.Equal(paths, want) {
		t.Errorf("found %v, want %v", paths, want)
	}
	owners := map[string]string{}
	for _, m := range found.Metas {
		owners[m.Path] = m.Owner
	}
	if owners["etc/data/deep/meta.properties"] != "etc/server.properties" || owners["etc/other/meta.properties"] != "etc/other.properties" || owners["elsewhere/lost/meta.properties"] != "" {
		t.Errorf("owners: %v", owners)
	}
	if len(found.Notes) != 1 || !strings.Contains(found.Notes[0], "etc/connect.properties") {
		t.Errorf("notes: %v", found.Notes)
	}
	if found.Partial {
		t.Error("two directories are not part of a cluster")
	}
	one, err := validate.Find(tree, strings.NewReader("node.id=9\n"), []string{"-"}, 1)
	if err != nil || len(one.Sources) != 1 || !one.Partial || string(one.Sources[0].Text) != "node.id=9\n" {
		t.Errorf("standard input: %+v, %v", one, err)
	}
	for _, pattern := range []string{"etc/*.conf", "*/x.properties", "etc/[.properties"} {
		if _, err := validate.Find(tree, nil, []string{pattern}, 1); err == nil {
			t.Errorf("%s finds something", pattern)
		}
	}
}
