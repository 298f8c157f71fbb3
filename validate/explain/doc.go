// Package explain maps what Kafka itself says, at start-up, while it runs, when storage is formatted, and in its clients,
// to the cause, the rule of the linter that finds it beforehand, and what to do.
//
// The messages are a table: the text with * for what varies. Text pasted from a log is matched with its timestamps, class
// names and stack frames in place: Explain finds the messages in it, the most specific first. Where none is there word for
// word, Closest ranks messages by the words they share with the text, rare words counting most.
//
// The texts are those of Kafka 3.3 to 4.4: printed by real nodes and tools, or found in the classes of the released jars, some of
// the JDK and the system below it. * also stands for what differs between releases.
package explain
