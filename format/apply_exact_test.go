package format_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/kraftctl/kraftctl/format"
	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/release"
)

// fault is one operation made to fail: the first of its name on a path with the suffix.
type fault struct {
	name, suffix string
	errno        syscall.Errno
}

// failing runs the work once to learn the number of the operation, and returns a fresh disk that fails it.
func (f fault) failing(t *testing.T, s shape) (*fsx.Faulty, *fsx.Crash) {
	t.Helper()
	clean := &fsx.Faulty{Under: s.disk(t)}
	if err := format.ApplyExact(t.Context(), clean, s.work, nil); err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(clean.Trace, func(done fsx.Operation) bool {
		return done.Name == f.name && strings.HasSuffix(done.Path, f.suffix)
	})
	if at < 0 {
		t.Fatalf("nothing does %s %s: %v", f.name, f.suffix, clean.Trace)
	}
	disk := s.disk(t)
	return &fsx.Faulty{Under: disk, Errno: f.errno, At: at + 1}, disk
}

// Texts as kafka-storage of the releases printed them (areas dirstate and quorum of testdata/storage), with d1 for the
// directory. Where a release is not in the table of runs its generation is.
func TestKafkaFailureTexts(t *testing.T) {
	denied := func(name, suffix string) fault { return fault{name, suffix, syscall.EACCES} }
	const writing = "Error while writing meta.properties file /d1: "
	tests := []struct {
		release release.Release
		fault   fault
		class   string
		message string
		cause   string
	}{
		{release.V3_3, denied("mkdir", "/d1"), "", "Unable to create storage directory /d1: /d1", ""},
		{release.V3_3, denied("open", "meta.properties.tmp"), "java.io.FileNotFoundException", "/d1/meta.properties.tmp (Permission denied)", ""},
		{release.V3_6, fault{"open", "meta.properties.tmp", syscall.EISDIR}, "java.io.FileNotFoundException", "/d1/meta.properties.tmp (Is a directory)", ""},
		{release.V3_6, fault{"rename", "bootstrap.checkpoint.tmp", syscall.EISDIR}, "java.nio.file.FileSystemException", "/d1/bootstrap.checkpoint.tmp -> /d1/bootstrap.checkpoint: Is a directory", ""},
		{release.V3_5, fault{"remove", "bootstrap.checkpoint.tmp", syscall.ENOTEMPTY}, "java.nio.file.DirectoryNotEmptyException", "/d1/bootstrap.checkpoint.tmp", ""},
		{release.V3_8, denied("mkdir", "/d1"), "", writing + "/d1", ""},
		{release.V3_7, denied("open", "bootstrap.checkpoint.tmp"), "", writing + "/d1/bootstrap.checkpoint.tmp", ""},
		{release.V3_8, fault{"open", "meta.properties.tmp", syscall.EISDIR}, "", writing + "/d1/meta.properties.tmp (Is a directory)", ""},
		{release.V3_8, fault{"rename", "bootstrap.checkpoint.tmp", syscall.EISDIR}, "", writing + "/d1/bootstrap.checkpoint.tmp -> /d1/bootstrap.checkpoint: Is a directory", ""},
		{release.V3_9, denied("mkdir", "/d1"), "", writing + "java.nio.file.AccessDeniedException: /d1", ""},
		{release.V4_3, denied("open", "bootstrap.checkpoint.tmp"), "", writing + "java.nio.file.AccessDeniedException: /d1/bootstrap.checkpoint.tmp", ""},
		{release.V4_1, fault{"open", "meta.properties.tmp", syscall.EISDIR}, "", writing + "java.io.FileNotFoundException: /d1/meta.properties.tmp (Is a directory)", ""},
		{release.V4_2, fault{"rename", "bootstrap.checkpoint.tmp", syscall.EISDIR}, "", writing + "java.nio.file.FileSystemException: /d1/bootstrap.checkpoint.tmp -> /d1/bootstrap.checkpoint: Is a directory", ""},
		{release.V3_9, fault{"remove", "bootstrap.checkpoint.tmp", syscall.ENOTEMPTY}, "", writing + "java.nio.file.DirectoryNotEmptyException: /d1/bootstrap.checkpoint.tmp", ""},
		{
			release.V4_0, denied("open", ".part"), "java.io.UncheckedIOException",
			"Error creating temporary file, logDir = /d1/__cluster_metadata-0, snapshotId = OffsetAndEpoch(offset=0, epoch=0).",
			"java.nio.file.AccessDeniedException: /d1/__cluster_metadata-0/00000000000000000000-0000000000-1.checkpoint.part",
		},
		{
			release.V4_4,
			fault{"mkdir", "__cluster_metadata-0", syscall.EEXIST},
			"java.io.UncheckedIOException",
			"Error creating temporary file, logDir = /d1/__cluster_metadata-0, snapshotId = OffsetAndEpoch[offset=0, epoch=0].",
			"java.nio.file.FileAlreadyExistsException: /d1/__cluster_metadata-0",
		},
		{
			release.V4_3,
			fault{"write", ".part", syscall.ENOSPC},
			"java.io.UncheckedIOException",
			"Error writing file snapshot, temp path = /d1/__cluster_metadata-0/00000000000000000000-0000000000-1.checkpoint.part, snapshotId = OffsetAndEpoch[offset=0, epoch=0].",
			"java.io.IOException: No space left on device",
		},
		{release.V4_3, fault{"write", "bootstrap.checkpoint.tmp", syscall.ENOSPC}, "", writing + "java.io.IOException: No space left on device", ""},
		{release.V3_9, denied("stat", "/d1"), "java.lang.RuntimeException", "No such directory as /d1", ""},
	}
	plain := shape{work: []format.DirectoryWork{directoryWork("/d1", "a", true)}}
	for _, test := range tests {
		disk, _ := test.fault.failing(t, plain)
		if test.fault.errno == syscall.EEXIST || test.fault.errno == syscall.EACCES && test.fault.name == "mkdir" {
			disk.Stuck, disk.Alike = true, true
		}
		err := format.ApplyExact(t.Context(), disk, plain.work, nil)
		var failed *format.OpError
		if !errors.As(err, &failed) {
			t.Errorf("%v: %v", test.fault, err)
			continue
		}
		got := failed.KafkaFailure(test.release)
		cause := strings.Join(got.Causes, "\n")
		if got.Class != test.class || got.Message != test.message || cause != test.cause {
			t.Errorf("%s, %v:\n got %s: %s (%s)\nwant %s: %s (%s)", test.release, test.fault, got.Class, got.Message, cause, test.class, test.message, test.cause)
		}
	}
}

func TestApplyExactStopsWhereKafkaDoes(t *testing.T) {
	two := shape{work: []format.DirectoryWork{directoryWork("/d1", "a", false), directoryWork("/d2", "a", false)}}
	old := shape{work: []format.DirectoryWork{reversed(directoryWork("/d1", "a", false))}}
	old.work[0].LineLast = true
	late := shape{work: []format.DirectoryWork{directoryWork("/d1", "a", false)}}
	late.work[0].Files = late.work[0].Files[1:]
	late.work[0].LineLast, late.work[0].Failure = true, &format.Refusal{Message: "too old"}
	tests := []struct {
		name  string
		shape shape
		fault fault
		lines []string
		files []string
	}{
		{
			"the second directory", two,
			fault{"open", "/d2/bootstrap.checkpoint.tmp", syscall.EACCES},
			[]string{"Formatting /d1", "Formatting /d2"},
			[]string{"/d1/", "/d1/bootstrap.checkpoint", "/d1/meta.properties", "/d2/"},
		},
		{
			"meta.properties after the checkpoint", two,
			fault{"open", "/d1/meta.properties.tmp", syscall.EACCES},
			[]string{"Formatting /d1"},
			[]string{"/d1/", "/d1/bootstrap.checkpoint"},
		},
		{
			"the checkpoint after meta.properties, until 3.6", old,
			fault{"rename", "bootstrap.checkpoint.tmp", syscall.EISDIR},
			nil,
			[]string{"/d1/", "/d1/meta.properties"},
		},
		{"a version found too old while writing, 3.3 and 3.4", late, fault{}, nil, []string{"/d1/", "/d1/meta.properties"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			disk := test.shape.disk(t)
			faulty := &fsx.Faulty{Under: disk}
			if test.fault.name != "" {
				faulty, disk = test.fault.failing(t, test.shape)
			}
			var lines []string
			err := format.ApplyExact(t.Context(), faulty, test.shape.work, func(e format.Event) {
				if e.Line != "" {
					lines = append(lines, e.Line)
				}
			})
			if err == nil {
				t.Fatal("no error")
			}
			if !slices.Equal(lines, test.lines) {
				t.Errorf("lines %q; want %q", lines, test.lines)
			}
			if files := slices.Sorted(maps.Keys(tree(t, disk, "/"))); !slices.Equal(files, test.files) {
				t.Errorf("left %q; want %q", files, test.files)
			}
		})
	}
}

func TestApplyExactGoesOverDirectoriesAgain(t *testing.T) {
	one, two := directoryWork("/d1", "a", false), directoryWork("/d2", "a", false)
	same := directoryWork("/d1/", "b", false)
	disk := shape{}.disk(t)
	if err := format.ApplyExact(t.Context(), disk, []format.DirectoryWork{one, one, two, same}, nil); err != nil {
		t.Fatal(err)
	}
	if verdict := judge(disk, same); verdict != "whole" {
		t.Errorf("the last one to write a directory does not win: %s", verdict)
	}
}

func TestApplyExactDoesNotOverwriteAnotherRun(t *testing.T) {
	work := []format.DirectoryWork{directoryWork("/d1", "a", false)}
	disk := shape{files: map[string]string{"/d1/meta.properties": "theirs"}}.disk(t)
	var refusal *format.Refusal
	if err := format.ApplyExact(t.Context(), disk, work, nil); !errors.As(err, &refusal) {
		t.Errorf("error %v; want a refusal", err)
	}
	disk = shape{files: map[string]string{"/d1/": ""}}.disk(t)
	if _, err := disk.LockDir("/d1"); err != nil {
		t.Fatal(err)
	}
	var locked *fsx.LockedError
	if err := format.ApplyExact(t.Context(), disk, work, nil); !errors.As(err, &locked) {
		t.Errorf("error %v; want a LockedError", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := format.ApplyExact(ctx, disk, work, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v; want that of the context", err)
	}
}
