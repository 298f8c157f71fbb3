package fsx_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"github.com/kraftctl/kraftctl/internal/fsx"
)

func TestMkdirAllReportsWhatItCreated(t *testing.T) {
	dir := t.TempDir()
	tests := []struct {
		name, path string
		created    []string
	}{
		{"there already", "", nil},
		{"one level", "/a", []string{"/a"}},
		{"two levels", "/b/c/d", []string{"/b", "/b/c", "/b/c/d"}},
		{"below one that exists", "/b/c/e", []string{"/b/c/e"}},
		{"doubled and trailing slashes", "/f//g/", []string{"/f", "/f/g"}},
		{"dots through a directory that is missing", "/x/../h", []string{"/h"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			created, err := fsx.MkdirAll(fsx.OS{}, dir+test.path, 0o777)
			if err != nil {
				t.Fatal(err)
			}
			for i := range test.created {
				test.created[i] = dir + test.created[i]
			}
			if !slices.Equal(created, test.created) {
				t.Errorf("created %q; want %q", created, test.created)
			}
			for _, path := range created {
				if info, err := os.Stat(path); err != nil || !info.IsDir() {
					t.Errorf("%s is not there: %v", path, err)
				}
			}
		})
	}
	if _, err := os.Stat(filepath.Join(dir, "x")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("x of x/../h was created; Java leaves it missing")
	}
}

// The errors are those of Files.createDirectories as kafka-storage 4.3.1 printed them: NotDirectory on f/d names f/d, but on
// f/d/e names f/d; a file and a dangling link in the place are "exists".
func TestMkdirAllFailsWhereJavaDoes(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/f", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere", dir+"/dangling"); err != nil {
		t.Skip(err)
	}
	tests := []struct {
		path, fault string
		errno       error
	}{
		{"/f", "/f", syscall.EEXIST},
		{"/dangling", "/dangling", syscall.EEXIST},
		{"/f/d", "/f/d", syscall.ENOTDIR},
		{"/f/d/e", "/f/d", syscall.ENOTDIR},
	}
	for _, test := range tests {
		created, err := fsx.MkdirAll(fsx.OS{}, dir+test.path, 0o777)
		var pathError *fs.PathError
		if !errors.As(err, &pathError) || pathError.Path != dir+test.fault || !errors.Is(err, test.errno) || created != nil {
			t.Errorf("MkdirAll(%s) = %q, %v; want %v at %s", test.path, created, err, test.errno, test.fault)
		}
	}
}

func TestMkdirAllOfARelativePath(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, path := range []string{"", ".", "one", "two/three", "./four"} {
		if _, err := fsx.MkdirAll(fsx.OS{}, path, 0o777); err != nil {
			t.Errorf("%q: %v", path, err)
		}
	}
	for _, path := range []string{"one", "two/three", "four"} {
		if info, err := os.Stat(path); err != nil || !info.IsDir() {
			t.Errorf("%s is not there: %v", path, err)
		}
	}
}

func TestMkdirAllStopsAtAFault(t *testing.T) {
	for at := 1; ; at++ {
		disk := fsx.NewCrash()
		faulty := &fsx.Faulty{Under: disk, Errno: syscall.ENOSPC, At: at, Stuck: true}
		created, err := fsx.MkdirAll(faulty, "/a/b/c", 0o777)
		if _, hit := faulty.Failed(); !hit {
			if err != nil {
				t.Error(err)
			}
			return
		}
		if !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("operation %d: error = %v; want the fault", at, err)
		}
		for _, path := range created {
			if _, err := disk.Stat(path); err != nil {
				t.Errorf("operation %d: said to have created %s: %v", at, path, err)
			}
		}
	}
}

func TestParentAndJoin(t *testing.T) {
	for name, want := range map[string]string{"/a/b": "/a", "/a/b/": "/a", "/a": "/", "/": "/", "a": ".", "a/b": "a", "a/..": "a", "a//b": "a"} {
		if got := fsx.Parent(filepath.FromSlash(name)); filepath.ToSlash(got) != want {
			t.Errorf("Parent(%q) = %q; want %q", name, got, want)
		}
	}
	for dir, want := range map[string]string{"": "x", "a": "a/x", "a/": "a/x", "/": "/x"} {
		if got := fsx.Join(filepath.FromSlash(dir), "x"); filepath.ToSlash(got) != want {
			t.Errorf("Join(%q, x) = %q; want %q", dir, got, want)
		}
	}
}
