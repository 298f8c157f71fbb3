// Package shell lets people walk through the state of a cluster as through directories, as Kafka's metadata shell does.
//
// A [Session] runs the commands ls, find, cat and tree over a tree of [image.Node], with the globs of Kafka's shell, in its
// words. [KafkaTree] is the tree that the shell of a release shows; package image has the tree whose paths stay the same
// from release to release; [NativeTree] has both. [Legacy] is the tree of the shells of 3.3 and 3.4, which do not know an
// image and make files out of records.
package shell
