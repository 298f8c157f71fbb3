// Package export writes the objects of an image (topics, configurations, ACLs, quotas, users) in forms that can be kept, read and
// replayed: YAML and JSON documents, and the command lines of Kafka's own tools that would create the objects in a cluster.
//
//	image.Image ─┬─► documents ─┬─► WriteYAML  one document for each object, "---" between them
//	             │              └─► WriteJSON  one List of the same objects
//	             └─► WriteCommands             kafka-topics.sh, kafka-configs.sh, kafka-acls.sh, kafka-reassign-partitions.sh
//	                   └─► Loss: what no command can create, and why
//
// Everything is written object by object and in an order that depends on the image alone, so that exports of the same state are
// equal byte by byte and those of different states can be compared with diff.
//
// # What Kafka's tools can be told
//
// The tools have their own grammars inside the shell's, and each has limits; all that follows was seen on real releases:
//
//   - kafka-configs.sh --add-config splits at commas and at "=" outside [ ], removes every bracket and trims
//     (kafka.admin.ConfigCommand.parseConfigsToBeAdded). A value with brackets, or blanks at its ends, goes through
//     --add-config-file /dev/stdin as a line of a properties file.
//   - kafka-topics.sh --config splits at "=", and refuses an empty value and a name its release does not know.
//   - kafka-topics.sh --replica-assignment numbers partitions from 0 and wants the same number of replicas for each
//     (TopicCommand.parseReplicaAssignment). Other assignments are made by kafka-reassign-partitions.sh, which refuses to begin
//     while another reassignment goes on, unless --additional is given.
//   - A controller creates at most 10,000 partitions in one request.
//   - kafka-acls.sh trims names, and refuses an operation that makes no sense for the type of resource
//     (AclEntry.supportedOperations). Several operations, hosts and resources of one command mean all combinations.
//   - A JVM in the POSIX locale turns what is not ASCII in an argument into other characters without a word.
//
// What differs between releases is in tables: see [Tools].
package export
