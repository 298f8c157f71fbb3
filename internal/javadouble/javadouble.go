// Package javadouble prints doubles as Java's Double.toString does up to JDK 18, which is what the JDKs that Kafka 3.3 … 4.4
// runs on (11 and 17) print. Since JDK 19 the digits are always the fewest that tell a value apart; before, there
// could be one too many, and this package gives the same ones.
package javadouble

import (
	"bytes"
	"cmp"
	"math"
	"math/big"
	"math/bits"
	"strconv"
)

// Append appends a finite double: plain from 10^-3 up to 10^7, else with an exponent, and always with a digit after the point.
func Append(dst []byte, v float64) []byte {
	if math.Signbit(v) {
		dst = append(dst, '-')
		v = -v
	}
	if v == 0 {
		return append(dst, "0.0"...)
	}
	var room [32]byte
	digits, point := decimal(room[:0], v)
	switch {
	case v < 1e-3 || v >= 1e7:
		return appendExponent(dst, digits, point)
	case point <= 0:
		dst = append(dst, "0."...)
		for ; point < 0; point++ {
			dst = append(dst, '0')
		}
		return append(dst, digits...)
	case point >= len(digits):
		dst = append(dst, digits...)
		for n := len(digits); n < point; n++ {
			dst = append(dst, '0')
		}
		return append(dst, ".0"...)
	}
	dst = append(dst, digits[:point]...)
	dst = append(dst, '.')
	return append(dst, digits[point:]...)
}

// appendExponent appends d.ddE±n.
func appendExponent(dst, digits []byte, point int) []byte {
	dst = append(dst, digits[0], '.')
	if len(digits) == 1 {
		dst = append(dst, '0')
	}
	dst = append(dst, digits[1:]...)
	return strconv.AppendInt(append(dst, 'E'), int64(point-1), 10)
}

const (
	mantissaBits = 52
	exponentBias = 1023
	// exact is up to which integers are all doubles, and their digits beyond question.
	exact = 1 << 53
)

// decimal is the digits of v, without zeros at the end, and the position of the point among them.
func decimal(buf []byte, v float64) (digits []byte, point int) {
	if v < exact && v == math.Trunc(v) {
		return trim(strconv.AppendUint(buf, uint64(v), 10))
	}
	raw := math.Float64bits(v)
	exponent, fraction := int(raw>>mantissaBits), raw&(1<<mantissaBits-1)
	significant := mantissaBits + 1
	if exponent == 0 {
		shift := bits.LeadingZeros64(fraction) - (63 - mantissaBits)
		fraction <<= shift
		exponent, significant = 1-shift, significant-shift
	} else {
		fraction |= 1 << mantissaBits
	}
	exponent -= exponentBias
	if exponent >= mantissaBits && exponent <= 62 {
		return large(buf, fraction<<(exponent-mantissaBits), exponent-significant)
	}
	return generate(buf, exponent, fraction, significant)
}

// trim cuts the zeros at the end of an integer.
func trim(digits []byte) ([]byte, int) {
	return bytes.TrimRight(digits, "0"), len(digits)
}

// large is the digits of an integer of more than 53 bits: decimal digits that the unknown low bits make meaningless
// are rounded away.
func large(buf []byte, n uint64, unknownBits int) ([]byte, int) {
	zeros := 0
	if unknownBits > 1 {
		zeros = int(float64(unknownBits-1) * math.Log10(2))
	}
	unit := uint64(1)
	for range zeros {
		unit *= 10
	}
	rounded := n / unit
	if zeros > 0 && n%unit >= unit/2 {
		rounded++
	}
	digits, point := trim(strconv.AppendUint(buf, rounded, 10))
	return digits, point + zeros
}

// generate makes digits by long division until the rest is within half a unit of the last bit (Steele and White's
// algorithm in the form of the JDK's FloatingDecimal): value = b/s × 10^scale, with m half the gap to the neighbours.
func generate(buf []byte, exponent int, fraction uint64, significant int) ([]byte, int) {
	scale := estimate(exponent, fraction)
	zeros := bits.TrailingZeros64(fraction)
	fractionBits := mantissaBits + 1 - zeros
	tiny := max(0, fractionBits-exponent-1)

	b5, s5 := max(0, -scale), max(0, scale)
	b2, s2 := b5+tiny+exponent, s5+tiny
	m2 := b2 - significant
	b2 -= fractionBits - 1
	common := min(b2, s2)
	b2, s2, m2 = b2-common, s2-common, m2-common
	if fractionBits == 1 {
		m2--
	}
	if m2 < 0 {
		b2, s2, m2 = b2-m2, s2-m2, 0
	}
	fraction >>= zeros
	switch width := max(fractionBits+b2+bitsOf5(b5), s2+1+bitsOf5(s5+1)); {
	case width < 32:
		return divide(buf, scaled[int32](fraction, b5, b2), scaled[int32](1, s5, s2), scaled[int32](1, b5, m2), scale)
	case width < 64:
		return divide(buf, scaled[int64](fraction, b5, b2), scaled[int64](1, s5, s2), scaled[int64](1, b5, m2), scale)
	}
	return divideBig(buf, scaledBig(fraction, b5, b2), scaledBig(1, s5, s2), scaledBig(1, b5, m2), scale)
}

// bitsOf5 is how many bits the JDK allows for 5^n: what it takes up to 5^26, then an upper bound.
func bitsOf5(n int) int {
	if n < len(bitLengths) {
		return bitLengths[n]
	}
	return 3 * n
}

// bitLengths are those of 5^n, but 0 for 5^0.
var bitLengths = func() (lengths [27]int) {
	for n := 1; n < len(lengths); n++ {
		lengths[n] = scaledBig(1, n, 0).BitLen()
	}
	return lengths
}()

// scaled is n × 5^five × 2^two, which fits.
func scaled[T int32 | int64](n uint64, five, two int) T {
	v := T(n)
	for range five {
		v *= 5
	}
	return v << two
}

// scaledBig is n × 5^five × 2^two.
func scaledBig(n uint64, five, two int) *big.Int {
	v := new(big.Int).Exp(big.NewInt(5), big.NewInt(int64(five)), nil)
	v.Mul(v, new(big.Int).SetUint64(n))
	return v.Lsh(v, uint(two))
}

// estimate is the decimal exponent, or one less than it, of which division makes sure.
func estimate(exponent int, fraction uint64) int {
	d := math.Float64frombits(exponentBias<<mantissaBits | fraction&(1<<mantissaBits-1))
	return int(math.Floor((d-1.5)*0.289529654 + 0.176091259 + float64(exponent)*0.301029995663981))
}

// divide divides in machine integers. In them b+m can overflow near the last digit, and the JDK does not notice: a digit
// that should be rounded up then is not. Go's integers overflow in the same way.
func divide[T int32 | int64](buf []byte, b, s, m T, scale int) (digits []byte, point int) {
	tens := 10 * s
	q := b / s
	b, m = 10*(b%s), 10*m
	low, high := b < m, b+m > tens
	if q == 0 && !high {
		scale--
	} else {
		buf = append(buf, '0'+byte(q))
	}
	if needsTwo(scale) {
		low, high = false, false
	}
	for !low && !high {
		q = b / s
		b, m = 10*(b%s), 10*m
		low, high = m <= 0 || b < m, m <= 0 || b+m > tens
		buf = append(buf, '0'+byte(q))
	}
	return finish(buf, low, high, cmp.Compare(b<<1-tens, 0), scale)
}

// divideBig divides in integers of any size.
func divideBig(buf []byte, b, s, m *big.Int, scale int) (digits []byte, point int) {
	ten, q, sum := big.NewInt(10), new(big.Int), new(big.Int)
	tens := new(big.Int).Mul(s, ten)
	var low, high bool
	next := func() byte {
		q.QuoRem(b, s, b)
		b.Mul(b, ten)
		m.Mul(m, ten)
		low = b.Cmp(m) < 0
		high = sum.Add(b, m).Cmp(tens) > 0
		return '0' + byte(q.Uint64())
	}
	if d := next(); d == '0' && !high {
		scale--
	} else {
		buf = append(buf, d)
	}
	if needsTwo(scale) {
		low, high = false, false
	}
	for !low && !high {
		buf = append(buf, next())
	}
	return finish(buf, low, high, b.Lsh(b, 1).Cmp(tens), scale)
}

// needsTwo reports whether there must be a second digit, because the value is printed with an exponent.
func needsTwo(scale int) bool { return scale < -3 || scale >= 8 }

// finish rounds the last digit; half compares what is left with one half.
func finish(buf []byte, low, high bool, half, scale int) (digits []byte, point int) {
	if high && roundsUp(buf, low, half) && roundUp(buf) {
		scale++
	}
	return buf, scale + 1
}

// roundsUp decides about the last digit when the value above is near enough.
func roundsUp(digits []byte, low bool, half int) bool {
	if !low || half > 0 {
		return true
	}
	return half == 0 && digits[len(digits)-1]&1 == 1
}

// roundUp adds one to the last digit, and reports whether there is a digit more before the point now.
func roundUp(digits []byte) bool {
	for i := len(digits) - 1; i >= 0; i-- {
		if digits[i] != '9' {
			digits[i]++
			return false
		}
		digits[i] = '0'
	}
	digits[0] = '1'
	return true
}
