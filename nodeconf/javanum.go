package nodeconf

import (
	"math"
	"strconv"
	"strings"
	"unicode"

	"github.com/kraftctl/kraftctl/internal/javalang"
)

// parseInteger is Integer.parseInt and its kin for a number of bits: an optional sign and decimal digits, which may
// be of any script.
func parseInteger(s string, bits int) (int64, bool) {
	digits := strings.TrimPrefix(strings.TrimPrefix(s, "-"), "+")
	if len(s)-len(digits) > 1 {
		return 0, false
	}
	var ascii strings.Builder
	if strings.HasPrefix(s, "-") {
		ascii.WriteByte('-')
	}
	for _, r := range digits {
		value, ok := digitValue(r)
		if !ok {
			return 0, false
		}
		ascii.WriteByte('0' + value)
	}
	n, err := strconv.ParseInt(ascii.String(), 10, bits)
	return n, err == nil
}

// digitValue is Character.digit for base ten of one UTF-16 unit. Runs of decimal digits in Unicode are of ten each,
// from zero on.
func digitValue(r rune) (byte, bool) {
	if r >= '0' && r <= '9' {
		return byte(r - '0'), true
	}
	if r > 0xFFFF || !unicode.Is(unicode.Nd, r) {
		return 0, false
	}
	zero := r
	for unicode.Is(unicode.Nd, zero-1) {
		zero--
	}
	return byte((r - zero) % 10), true
}

// parseDouble is Double.parseDouble of a trimmed text: decimal or hexadecimal floating point, NaN and Infinity in
// exactly that spelling, an optional suffix f or d.
func parseDouble(s string) (float64, bool) {
	s = javalang.Trim(s)
	unsigned := strings.TrimLeft(s, "+-")
	if len(s)-len(unsigned) > 1 {
		return 0, false
	}
	switch unsigned {
	case "NaN":
		return math.NaN(), true
	case "Infinity":
		if s[0] == '-' {
			return math.Inf(-1), true
		}
		return math.Inf(1), true
	}
	hex := strings.HasPrefix(unsigned, "0x") || strings.HasPrefix(unsigned, "0X")
	if hex && !strings.ContainsAny(unsigned, "pP") {
		return 0, false
	}
	if unsigned != "" && strings.ContainsRune("fFdD", rune(unsigned[len(unsigned)-1])) {
		s, unsigned = s[:len(s)-1], unsigned[:len(unsigned)-1]
	}
	allowed := "0123456789.eE+-"
	if hex {
		allowed += "abcdfABCDFxXpP"
	}
	if strings.Trim(unsigned, allowed) != "" || !strings.ContainsAny(unsigned, "0123456789") || strings.ContainsAny(unsigned, "_") {
		return 0, false
	}
	value, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(value, 0) { // out of range is infinity in Java
		return 0, false
	}
	return value, true
}

// doubleText is Double.toString.
func doubleText(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	if a := math.Abs(f); f == 0 || a >= 1e-3 && a < 1e7 {
		text := strconv.FormatFloat(f, 'f', -1, 64)
		if !strings.Contains(text, ".") {
			text += ".0"
		}
		return text
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	n, _ := strconv.Atoi(exponent) // FormatFloat wrote it
	return mantissa + "E" + strconv.Itoa(n)
}
