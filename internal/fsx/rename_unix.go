//go:build unix && !linux && !darwin

package fsx

func renameNew(from, to string) error { return renameAsked(from, to) }
