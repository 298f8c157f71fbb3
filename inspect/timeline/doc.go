// Package timeline tells the records of a metadata log as the events an operator thinks in: a controller was elected, a broker
// was fenced, the ISR of 120 partitions shrank, a topic was created.
//
//	metalog ──► steps.Walk ──► observer ──► []Event ──► text, JSON Lines, HTML
//	                              │ image.Builder: the state before and after each record
//
// Records that mean the same and come at the same time are one event with a count: the storm of ISR changes when a broker
// leaves is one line.
package timeline
