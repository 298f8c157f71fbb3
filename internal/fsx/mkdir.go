package fsx

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"
)

// MkdirAll creates directory name and what is missing above it, and returns what it created, outermost first, also on error.
//
// It does what java.nio.file.Files.createDirectories of JDK 17 does, and fails on the same path with the same errno:
// where the plain mkdir fails, the nearest existing ancestor of the absolute path is looked for, and the rest is created
// below it with dots resolved by text. So x/../d creates d while x stays missing.
func MkdirAll(fsys FS, name string, perm fs.FileMode) ([]string, error) {
	err := ensureDir(fsys, orDot(name), perm)
	switch {
	case err == nil:
		return nil, nil
	case errors.Is(err, errCreated):
		return []string{name}, nil
	case errors.Is(err, fs.ErrExist):
		return nil, err
	}
	absolute, err := fsys.Abs(name)
	if err != nil {
		return nil, err
	}
	ancestor, err := existingAncestor(fsys, absolute)
	if err != nil {
		return nil, err
	}
	var created []string
	child := ancestor
	rest := strings.TrimPrefix(path.Clean(slashed(absolute)), path.Clean(slashed(ancestor)))
	for step := range strings.SplitSeq(strings.Trim(rest, "/"), "/") {
		if step == "" {
			continue
		}
		child = strings.TrimSuffix(child, string(os.PathSeparator)) + string(os.PathSeparator) + step
		err := ensureDir(fsys, child, perm)
		if errors.Is(err, errCreated) {
			created = append(created, child)
		} else if err != nil {
			return created, err
		}
	}
	return created, nil
}

// errCreated is ensureDir's way of saying that the directory was not there before.
var errCreated = errors.New("created")

// ensureDir creates one directory unless it is there, or a link to one.
func ensureDir(fsys FS, name string, perm fs.FileMode) error {
	err := fsys.Mkdir(name, perm)
	if err == nil {
		return errCreated
	}
	if errors.Is(err, fs.ErrExist) {
		info, statErr := fsys.Stat(name)
		switch {
		case statErr == nil && info.IsDir():
			return nil
		case statErr != nil && !errors.Is(statErr, fs.ErrNotExist):
			return statErr
		}
	}
	return err
}

// existingAncestor is the nearest parent of name, by text, that exists.
func existingAncestor(fsys FS, name string) (string, error) {
	for parent := Parent(name); ; parent = Parent(parent) {
		_, err := fsys.Stat(parent)
		if err == nil {
			return parent, nil
		}
		if !errors.Is(err, fs.ErrNotExist) || parent == Parent(parent) {
			return "", asMkdir(err)
		}
	}
}

// asMkdir gives an error found while looking for an ancestor the name of what was being done.
func asMkdir(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return &fs.PathError{Op: "mkdir", Path: pathError.Path, Err: pathError.Err}
	}
	return err
}

// Parent is name without its last element, by text alone: the parent of x/.. is x.
func Parent(name string) string {
	trimmed := strings.TrimRight(slashed(name), "/")
	cut := strings.LastIndexByte(trimmed, '/')
	switch {
	case cut > 0:
		return name[:len(strings.TrimRight(slashed(name[:cut]), "/"))]
	case cut == 0 || trimmed == "":
		return name[:1]
	}
	return "."
}

// Join puts base into directory dir; the empty directory is the working directory.
func Join(dir, base string) string {
	if dir == "" {
		return base
	}
	if strings.HasSuffix(slashed(dir), "/") {
		return dir + base
	}
	return dir + string(os.PathSeparator) + base
}

func orDot(name string) string {
	if name == "" {
		return "."
	}
	return name
}

// slashed is name with the system's separators as slashes.
func slashed(name string) string {
	if os.PathSeparator == '/' {
		return name
	}
	return strings.ReplaceAll(name, string(os.PathSeparator), "/")
}
