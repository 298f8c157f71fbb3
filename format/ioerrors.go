package format

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/metaprops"
	"github.com/kraftctl/kraftctl/release"
)

// KafkaFailure is how Kafka's tool of a release reports that a write failed.
type KafkaFailure struct {
	// Message is the text.
	Message string
	// Class is the class of an exception nobody caught; "" when the tool prints the message alone.
	Class string
	// Causes are the exceptions it was caused by, outermost first, each as "class: message".
	Causes []string
}

// failureStyle is what a generation of the tool does with exceptions while it writes.
type failureStyle struct {
	releases release.Range
	// createDirectory wraps the message of a directory that cannot be created; "" treats it as any other failure.
	createDirectory string
	// anyIO wraps an IOException; "" leaves it uncaught.
	anyIO string
	// withClass says that the wrapped text begins with the class of the exception.
	withClass bool
	// snapshotID is OffsetAndEpoch.toString of the 0-0 snapshot.
	snapshotID string
}

// failureStyles were observed in testdata/storage, areas dirstate and quorum.
var failureStyles = []failureStyle{
	{
		releases:        release.Until(release.V3_6),
		createDirectory: "Unable to create storage directory %s: %s",
	},
	{
		releases: release.Range{Since: release.V3_7, Until: release.V3_8},
		anyIO:    "Error while writing meta.properties file %s: %s",
	},
	{
		releases: release.Range{Since: release.V3_9, Until: release.V4_0},
		anyIO:    "Error while writing meta.properties file %s: %s", withClass: true,
		snapshotID: "OffsetAndEpoch(offset=0, epoch=0)",
	},
	{
		releases: release.Since(release.V4_1),
		anyIO:    "Error while writing meta.properties file %s: %s", withClass: true,
		snapshotID: "OffsetAndEpoch[offset=0, epoch=0]",
	},
}

// KafkaFailure is the report Kafka's tool of the release makes of the failure.
func (e *OpError) KafkaFailure(rel release.Release) KafkaFailure {
	var style failureStyle
	for _, row := range failureStyles {
		if row.releases.Contains(rel) {
			style = row
		}
	}
	raised := e.exception()
	switch {
	case !raised.io:
		return KafkaFailure{Class: raised.class, Message: raised.message}
	case e.ForFile && e.Role == QuorumSnapshot:
		return KafkaFailure{
			Class:   "java.io.UncheckedIOException",
			Message: e.snapshotMessage(style.snapshotID),
			Causes:  []string{raised.String()},
		}
	case e.Op == OpCreateDirectory && style.createDirectory != "":
		return KafkaFailure{Message: fmt.Sprintf(style.createDirectory, e.Directory, raised.message)}
	case style.anyIO == "":
		return KafkaFailure{Class: raised.class, Message: raised.message}
	case style.withClass:
		return KafkaFailure{Message: fmt.Sprintf(style.anyIO, e.Directory, raised)}
	}
	return KafkaFailure{Message: fmt.Sprintf(style.anyIO, e.Directory, raised.message)}
}

// snapshotMessage is the text of org.apache.kafka.snapshot.Snapshots and FileRawSnapshotWriter.
func (e *OpError) snapshotMessage(id string) string {
	switch e.Op {
	case OpCreateDirectory, OpCreate:
		return fmt.Sprintf("Error creating temporary file, logDir = %s, snapshotId = %s.",
			e.absolute(metaprops.JavaPath(e.Directory)+"/"+metadataTopic), id)
	case OpWrite:
		return fmt.Sprintf("Error writing file snapshot, temp path = %s, snapshotId = %s.", metaprops.JavaPath(e.Path), id)
	}
	return fmt.Sprintf("Error freezing file snapshot, temp path = %s, snapshotId = %s.", metaprops.JavaPath(e.Path), id)
}

// exception is a Java exception.
type exception struct {
	class, message string
	// io says that it is an IOException.
	io bool
}

// String is Throwable.toString.
func (x exception) String() string {
	if x.message == "" {
		return x.class
	}
	return x.class + ": " + x.message
}

// exception is what the JDK raises for the failure: java.io where Kafka writes meta.properties through a
// FileOutputStream, java.nio.file everywhere else.
func (e *OpError) exception() exception {
	reason := reasonText(e.Err)
	switch {
	case e.Op == OpEnter:
		// org.apache.kafka.metadata.bootstrap.BootstrapDirectory
		return exception{class: "java.lang.RuntimeException", message: "No such directory as " + e.Directory}
	case e.Op == OpChmod:
		return exception{class: "java.lang.IllegalStateException", message: fmt.Sprintf("Unable to set file (%s) as read-only", metaprops.JavaPath(e.Path))}
	case e.Op == OpCreate && e.Role == MetaProperties:
		return exception{"java.io.FileNotFoundException", fmt.Sprintf("%s (%s)", e.absolute(metaprops.JavaPath(e.Path)), reason), true}
	case e.Op == OpSync && e.Role == MetaProperties:
		return exception{"java.io.SyncFailedException", "sync failed", true}
	case e.Op == OpWrite, e.Op == OpSync, e.Op == OpClose:
		return exception{"java.io.IOException", reason, true}
	}
	return e.fileSystemException(reason)
}

// fileSystemClasses are the exceptions that say enough by their class (sun.nio.fs.UnixException).
var fileSystemClasses = map[syscall.Errno]string{
	syscall.EACCES:    "java.nio.file.AccessDeniedException",
	syscall.ENOENT:    "java.nio.file.NoSuchFileException",
	syscall.EEXIST:    "java.nio.file.FileAlreadyExistsException",
	syscall.ENOTEMPTY: "java.nio.file.DirectoryNotEmptyException",
}

func (e *OpError) fileSystemException(reason string) exception {
	message := metaprops.JavaPath(e.Path)
	if e.Target != "" {
		message += " -> " + metaprops.JavaPath(e.Target)
	}
	var errno syscall.Errno
	errors.As(e.Err, &errno)
	if class, ok := fileSystemClasses[errno]; ok && (errno != syscall.ENOTEMPTY || e.Op == OpRemove) {
		return exception{class, message, true}
	}
	if errno == syscall.ELOOP {
		reason += " or unable to access attributes of symbolic link"
	}
	return exception{"java.nio.file.FileSystemException", message + ": " + reason, true}
}

// reasonText is strerror of an errno: Go's text with a capital.
func reasonText(err error) string {
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:]
}

// absolute is Path.toAbsolutePath: dots stay.
func (e *OpError) absolute(path string) string {
	if filepath.IsAbs(path) || e.base == "" {
		return path
	}
	return fsx.Join(e.base, path)
}
