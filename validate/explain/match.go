package explain

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
)

// When says in which part of a node's life a message is seen.
type When string

// The parts of a node's life.
const (
	// Config is reading server.properties.
	Config When = "while the configuration is read"
	// Start is all that comes behind, until the node serves.
	Start When = "while the node starts"
	// Run is a node at work.
	Run When = "while the node runs"
	// Storage is kafka-storage.
	Storage When = "when storage is formatted"
	// Client is a client, or a node that is one to another.
	Client When = "in clients and in nodes that connect to others"
)

// Message is one message of Kafka's and what it means.
type Message struct {
	// Text is the message; * stands for what varies.
	Text string
	When When
	// Cause says what happened, Fix what to do.
	Cause, Fix string
	// Rules are the slugs of the rules that find the cause in configurations, separated by blanks; empty when none can.
	Rules string
}

// Slugs are the rules that find the cause beforehand.
func (m *Message) Slugs() []string { return strings.Fields(m.Rules) }

// Shown is the text with … for what varies.
func (m *Message) Shown() string { return strings.ReplaceAll(m.Text, "*", "…") }

// Messages lists the catalogue in its order. It must not be changed.
func Messages() []Message {
	return slices.Concat(configMessages, listenerMessages, startMessages, runMessages, storageMessages)
}

// span is where a message stands in a text.
type span struct {
	message    *Message
	start, end int
	// weight is the number of characters that are the message's own.
	weight int
}

// Explain finds the messages of the catalogue in text, such as some pasted lines of a log, in the order of how much of the
// text is theirs. A message inside another one's text is left out. The start of a message, of at least 20 characters, counts.
func Explain(text string) []*Message {
	folded := fold(text)
	var spans []span
	for _, m := range Messages() {
		pieces := strings.Split(fold(m.Text), "*")
		if s, ok := find(folded, pieces); ok {
			s.message = &m
			spans = append(spans, s)
		}
	}
	slices.SortStableFunc(spans, func(a, b span) int { return cmp.Compare(b.weight, a.weight) })
	var found []*Message
	for i, s := range spans {
		inside := func(other span) bool { return s.start < other.end && other.start < s.end }
		if !slices.ContainsFunc(spans[:i], inside) {
			found = append(found, s.message)
		}
	}
	if len(found) == 0 {
		return quoted(folded)
	}
	return found
}

// farthest is the most text that * stands for.
const farthest = 2000

// find looks for the pieces of a message in their order.
func find(text string, pieces []string) (span, bool) {
	s := span{start: -1}
	for _, piece := range pieces {
		// What varies may be empty, so the blanks around it are no part of the piece.
		if piece = strings.TrimSpace(piece); piece == "" {
			continue
		}
		i := strings.Index(text[s.end:], piece)
		if i < 0 || s.start >= 0 && i > farthest {
			return s, false
		}
		if s.start < 0 {
			s.start = i
		}
		s.end += i + len(piece)
		s.weight += len(piece)
	}
	return s, s.weight > 0
}

// quoted finds the messages a text is a part of, if that is enough to tell them from others.
func quoted(text string) []*Message {
	const enough = 20
	if text = strings.Trim(text, `"' .…`); len(text) < enough {
		return nil
	}
	var found []*Message
	for _, m := range Messages() {
		if strings.Contains(fold(m.Text), text) {
			found = append(found, &m)
		}
	}
	return found
}

// fold makes texts equal that differ in case, blanks and the form of quotes.
func fold(text string) string {
	text = strings.Map(func(r rune) rune {
		switch r {
		case '’', '‘', '`':
			return '\''
		case '“', '”':
			return '"'
		}
		return unicode.ToLower(r)
	}, text)
	return strings.Join(strings.Fields(text), " ")
}

// Suggestion is a message that may be meant, and how likely that is.
type Suggestion struct {
	*Message
	// Score is the share of the message's words the text has, from 0 to 1, rare words counting most.
	Score float64
}

// Closest lists the messages that share most words with a text, the closest first; at most n, and none that shares less
// than a fifth.
func Closest(text string, n int) []Suggestion {
	messages := Messages()
	documents := make([]map[string]bool, len(messages))
	frequency := map[string]int{}
	for i, m := range messages {
		documents[i] = words(m.Text + " " + m.Rules)
		for word := range documents[i] {
			frequency[word]++
		}
	}
	weight := func(word string) float64 { return math.Log(1 + float64(len(messages))/float64(frequency[word])) }
	asked := words(text)
	var ranked []Suggestion
	for i := range messages {
		var shared, all float64
		for word := range documents[i] {
			all += weight(word)
			if asked[word] {
				shared += weight(word)
			}
		}
		if score := shared / max(all, 1); score >= 0.2 {
			ranked = append(ranked, Suggestion{&messages[i], score})
		}
	}
	slices.SortStableFunc(ranked, func(a, b Suggestion) int { return cmp.Compare(b.Score, a.Score) })
	return ranked[:min(n, len(ranked))]
}

// words are the words of a text that can tell messages apart: of three letters or more, keys of configurations whole.
func words(text string) map[string]bool {
	found := map[string]bool{}
	for _, word := range strings.FieldsFunc(fold(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '.' && r != '_'
	}) {
		if word = strings.Trim(word, "._"); len(word) >= 3 && strings.IndexFunc(word, unicode.IsLetter) >= 0 {
			found[word] = true
		}
	}
	return found
}
