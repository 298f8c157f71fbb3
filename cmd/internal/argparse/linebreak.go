package argparse

import (
	"regexp"
	"strings"
	"sync"
	"unicode"
)

// Letters that stand for the classes of characters Java's line breaking tells apart.
const (
	classBreak     = 'b' // ends a line
	classMark      = 'm' // non-spacing and enclosing marks
	classGlue      = 'g' // never broken at
	classSpace     = 's'
	classDash      = 'd'
	classOpen      = '(' // the parenthesis itself
	classClose     = ')' // the parenthesis itself
	classDollar    = '$' // the dollar sign itself
	classQuote     = 'q' // the apostrophe, which may stand before a word or join two
	classDouble    = 'u' // the double quote, which may stand before or after a word
	classBefore    = 'p' // sticks to the word after it: opening punctuation, currency
	classAfter     = 'e' // sticks to the word before it: closing punctuation and the like
	classPoint     = 'n' // sticks to the word before it and may stand inside a number
	classDigit     = '0'
	classReturn    = 'r'
	classIdeograph = 'k'
	classOther     = 'x'
	classNone      = '?' // Hindi phrase separators, which form no word
)

// linePiece is the longest run of classes that stays on one line, in the terms of java.text's line
// instance: words with what sticks to them, joined by glue, quotes or dollar signs, then blanks and line ends.
var linePiece = sync.OnceValue(func() *regexp.Regexp {
	number := `[p($qud]*0+(?:n0+)*`
	core := `(?:[x0m]*|k|` + number + `)`
	suffix := `(?:d+|[en)u]*)`
	word := `[p($qu]*` + core + suffix
	piece := regexp.MustCompile(`^(?:rb|` + word + `(?:(?:s*g+s?|[$q])` + word + `)*s*m*(?:\(\)[en)u]*)?m*r?b?)`)
	piece.Longest()
	return piece
})

// breakLines cuts a text into the pieces between which a line may be broken.
func breakLines(text string) []string {
	var classes strings.Builder
	var starts []int // where the character of each class begins
	for i, r := range text {
		if class, counts := classOf(r); counts {
			classes.WriteByte(class)
			starts = append(starts, i)
		}
	}
	var pieces []string
	rest, from, at := classes.String(), 0, 0
	for rest != "" {
		length := max(len(linePiece().FindString(rest)), 1)
		rest = rest[length:]
		at += length
		to := len(text)
		if at < len(starts) {
			to = starts[at]
		}
		pieces = append(pieces, text[from:to])
		from = to
	}
	if from < len(text) {
		pieces = append(pieces, text[from:])
	}
	return pieces
}

// afterWord holds what sticks to the word before it beyond closing punctuation.
const afterWord = "!%:;?\u00a2\u00b0\u066a\u2030\u2031\u2032\u2033\u2034\u2103\u2105\u2109\u3001\u3002\u3005" +
	"\u3041\u3043\u3045\u3047\u3049\u3063\u3083\u3085\u3087\u308e\u3099\u309a\u309b\u309c\u309d\u309e\u30a1\u30a3" +
	"\u30a5\u30a7\u30a9\u30c3\u30e3\u30e5\u30e7\u30ee\u30f5\u30f6\u30fc\u30fd\u30fe\uff01\uff05\uff0c\uff0e\uff1a\uff1b\uff1f"

// classOf tells a character's class, and whether it counts at all: format and control characters do not.
func classOf(r rune) (class byte, counts bool) {
	switch r {
	case '\x03', '\t', '\n', '\f', '\u2028', '\u2029':
		return classBreak, true
	case '\r':
		return classReturn, true
	case '\u00a0', '\u0f0c', '\u2007', '\u2011', '\u202f', '\ufeff':
		return classGlue, true
	case '\u0964', '\u0965':
		return classNone, true
	case '(':
		return classOpen, true
	case ')':
		return classClose, true
	case '$':
		return classDollar, true
	case '\'':
		return classQuote, true
	case '"':
		return classDouble, true
	case '.', ',':
		return classPoint, true
	}
	if strings.ContainsRune(afterWord, r) {
		return classAfter, true
	}
	return classByCategory(r)
}

func classByCategory(r rune) (class byte, counts bool) {
	switch {
	case unicode.In(r, unicode.Cc, unicode.Cf):
		return 0, false
	case unicode.In(r, unicode.Mn, unicode.Me):
		return classMark, true
	case unicode.Is(unicode.Zs, r):
		return classSpace, true
	case unicode.Is(unicode.Pd, r):
		return classDash, true
	case unicode.In(r, unicode.Sc, unicode.Ps, unicode.Pi):
		return classBefore, true
	case unicode.In(r, unicode.Pe, unicode.Pf):
		return classAfter, true
	case unicode.In(r, unicode.Nd, unicode.No):
		return classDigit, true
	case isIdeograph(r):
		return classIdeograph, true
	}
	return classOther, true
}

// isIdeograph covers the Kanji, Kana and Hangul syllables that are words of their own.
func isIdeograph(r rune) bool {
	return '\u4e00' <= r && r <= '\u9fa5' || '\uac00' <= r && r <= '\ud7a3' || '\uf900' <= r && r <= '\ufa2d' ||
		'\ufa30' <= r && r <= '\ufa6a' || '\u3041' <= r && r <= '\u3094' || '\u30a1' <= r && r <= '\u30fa'
}
