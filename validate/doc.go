// Package validate is the linter of a KRaft cluster: it judges server.properties files one by one as Kafka would, and
// together as an experienced operator would.
//
//	Source (a file, or what stands for one)  →  node (lenient view)  →  clusters  →  Rules()  →  Findings in a Report
//
// A Rule is data and a function. A rule of scope file looks at one node, a rule of scope cluster at all nodes of one
// cluster; each finding carries file, line, column and, for a disagreement, the other node's place too.
// Rules must work on files Kafka refuses, because the other nodes are judged beside them, so they look at a view that
// reads what can be read. A value that holds an unresolved reference or template is unknown to that view, neither set nor
// default, so that no rule guesses what it will be.
//
// The package prints nothing and reads no file of its own: Find takes a FileSystem, Check takes Sources.
package validate
