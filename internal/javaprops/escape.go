package javaprops

import (
	"fmt"
	"strings"
	"unicode/utf16"
)

// Escaping is how far Escape goes, as java.util.Properties.store decides by the kind of its output.
type Escaping int

const (
	// ToWriter escapes as store(Writer) does: characters beyond ASCII stay as they are.
	// Kafka writes meta.properties this way, in UTF-8.
	ToWriter Escaping = iota
	// ToStream escapes as store(OutputStream) does: everything outside printable ASCII becomes \uXXXX.
	ToStream
)

// EscapeKey is the text to write for a key.
func EscapeKey(key string, escaping Escaping) string { return escape(key, escaping, true) }

// EscapeValue is the text to write for a value: of its blanks only a leading one is escaped.
func EscapeValue(value string, escaping Escaping) string { return escape(value, escaping, false) }

// Source: java.util.Properties.saveConvert of JDK 17.
func escape(text string, escaping Escaping, everyBlank bool) string {
	var b strings.Builder
	for i, r := range text {
		switch {
		case r == ' ' && (i == 0 || everyBlank):
			b.WriteString(`\ `)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\f':
			b.WriteString(`\f`)
		case strings.ContainsRune(`\=:#!`, r):
			b.WriteByte('\\')
			b.WriteRune(r)
		case escaping == ToStream && (r < 0x20 || r > 0x7e):
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, `\u%04X`, unit)
			}
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
