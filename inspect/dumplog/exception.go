package dumplog

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
)

// Exception is what ends the tool: an exception that nothing catches.
type Exception struct {
	// Class is the Java class, such as "org.apache.kafka.common.InvalidRecordException".
	Class string
	// Message is its message; the JVM prints none when it is null.
	Message string
	// Null says that there is no message.
	Null bool
}

// Error is the exception as Throwable.toString gives it, which the JVM prints after `Exception in thread "main" `.
func (e *Exception) Error() string {
	if e.Null {
		return e.Class
	}
	return e.Class + ": " + e.Message
}

// The classes of exceptions that reading a damaged file can raise.
const (
	corruptRecord       = "org.apache.kafka.common.errors.CorruptRecordException"
	invalidRecord       = "org.apache.kafka.common.InvalidRecordException"
	kafkaException      = "org.apache.kafka.common.KafkaException"
	illegalArgument     = "java.lang.IllegalArgumentException"
	indexOutOfBounds    = "java.lang.IndexOutOfBoundsException"
	stringBounds        = "java.lang.StringIndexOutOfBoundsException"
	bufferUnderflow     = "java.nio.BufferUnderflowException"
	numberFormat        = "java.lang.NumberFormatException"
	nullPointer         = "java.lang.NullPointerException"
	noSuchElement       = "java.util.NoSuchElementException"
	outOfMemory         = "java.lang.OutOfMemoryError"
	fileSystemException = "java.nio.file.FileSystemException"
	ioException         = "java.io.IOException"
	eofException        = "java.io.EOFException"
	zipException        = "java.util.zip.ZipException"
	negativeArray       = "java.lang.NegativeArraySizeException"
	runtimeException    = "java.lang.RuntimeException"
)

func throw(class, format string, args ...any) *Exception {
	return &Exception{Class: class, Message: fmt.Sprintf(format, args...)}
}

func throwNull(class string) *Exception { return &Exception{Class: class, Null: true} }

// wrap is new KafkaException(cause), whose message is the cause's toString.
func wrap(cause *Exception) *Exception { return throw(kafkaException, "%s", cause.Error()) }

// heapSpace is what a JVM of kafka-run-class's 256 MiB ends with when asked for more.
func heapSpace() *Exception { return throw(outOfMemory, "Java heap space") }

// fileException is the java.nio exception for an error of the file system.
func fileException(path string, err error) *Exception {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return throw("java.nio.file.NoSuchFileException", "%s", path)
	case errors.Is(err, fs.ErrPermission):
		return throw("java.nio.file.AccessDeniedException", "%s", path)
	}
	return throw(fileSystemException, "%s: %s", path, reason(err))
}

// readException is the java.io.IOException of a failed read.
func readException(err error) *Exception { return throw(ioException, "%s", reason(err)) }

// reason is the operating system's words for an error, with the capital that glibc gives them.
func reason(err error) string {
	var number syscall.Errno
	if !errors.As(err, &number) {
		return err.Error()
	}
	text := []byte(number.Error())
	if len(text) > 0 && 'a' <= text[0] && text[0] <= 'z' {
		text[0] -= 'a' - 'A'
	}
	return string(text)
}

// messageOf is getMessage() as string concatenation prints it.
func messageOf(err error) string {
	var e *Exception
	switch {
	case !errors.As(err, &e):
		return err.Error()
	case e.Null:
		return "null"
	}
	return e.Message
}

// checked reports whether e is an IOException, which Kafka catches where it decompresses.
func (e *Exception) checked() bool { return e.Class != negativeArray && e.Class != snappyError }
