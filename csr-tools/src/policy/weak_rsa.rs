//! RSA moduli that can be factored, found without factoring them.

use num_bigint::BigUint;

use crate::finding::{Finding, Problem};

/// What there is to say of a modulus, big-endian.
pub(super) fn check(modulus: &[u8]) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(factor) = small_factor(modulus) {
        // The rest says nothing about a number that is no product of two primes.
        findings.push(Finding::error(Problem::SmallFactor(factor)));
        return findings;
    }
    if has_roca_fingerprint(modulus) {
        findings.push(Finding::error(Problem::Roca));
    }
    if has_close_primes(modulus) {
        findings.push(Finding::error(Problem::ClosePrimes));
    }
    findings
}

/// Baseline Requirements §6.1.6: no factors smaller than 752.
const LEAST_FACTOR: u32 = 752;

fn small_factor(modulus: &[u8]) -> Option<u32> {
    primes().find(|prime| remainder(modulus, *prime) == 0)
}

fn primes() -> impl Iterator<Item = u32> {
    let is_prime =
        |number: &u32| (2..*number).take_while(|d| d * d <= *number).all(|d| !number.is_multiple_of(d));
    (2..LEAST_FACTOR).filter(is_prime)
}

fn remainder(number: &[u8], divisor: u32) -> u32 {
    let divisor = u64::from(divisor);
    let rest = number.iter().fold(0_u64, |rest, byte| (rest << 8 | u64::from(*byte)) % divisor);
    // It is smaller than the divisor, which has 32 bits.
    rest as u32
}

/// The fingerprint of CVE-2017-15361 (Nemec, Sys, Svenda, Klinec, Matyas: "The Return of Coppersmith's
/// Attack", CCS 2017): the flawed generator makes primes that are powers of 65537 modulo many small primes,
/// and so is their product. One in a hundred million other moduli has it by chance.
fn has_roca_fingerprint(modulus: &[u8]) -> bool {
    /// The largest prime that the generator uses for keys of every size.
    const LARGEST: u32 = 167;
    primes()
        .filter(|prime| (3..=LARGEST).contains(prime))
        .all(|prime| is_power_of_65537(remainder(modulus, prime), prime))
}

fn is_power_of_65537(number: u32, prime: u32) -> bool {
    let mut power = 1;
    for _ in 1..prime {
        if power == number {
            return true;
        }
        power = power * (65_537 % prime) % prime;
    }
    false
}

/// Fermat's method: primes close to the root of their product are found in a few steps (CVE-2022-26320).
fn has_close_primes(modulus: &[u8]) -> bool {
    /// Baseline Requirements §6.1.1.3.
    const ROUNDS: u32 = 100;
    let modulus = BigUint::from_bytes_be(modulus);
    let mut root = modulus.sqrt();
    if &root * &root == modulus {
        return true;
    }
    root += 1_u32;
    let mut square = &root * &root - &modulus;
    for _ in 0..ROUNDS {
        if is_square(&square) {
            return true;
        }
        square += &root + &root + 1_u32;
        root += 1_u32;
    }
    false
}

fn is_square(number: &BigUint) -> bool {
    // Squares leave 12 of 64 remainders, so that most numbers are told apart by their last bits.
    let last = number.iter_u64_digits().next().unwrap_or(0) % 64;
    if !(0..64_u64).any(|root| root * root % 64 == last) {
        return false;
    }
    let root = number.sqrt();
    &root * &root == *number
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two primes of 64 bits that are far apart.
    const P: u128 = 0xffff_ffff_ffff_ffc5;
    const Q: u128 = 0x8000_0000_0000_001d;

    fn problems(modulus: u128) -> Vec<Problem> {
        check(&modulus.to_be_bytes()).iter().map(|finding| finding.problem().clone()).collect()
    }

    #[test]
    fn finds_factors_below_752_and_no_others() {
        assert_eq!(problems(P * Q), []);
        assert_eq!(problems(P * 2), [Problem::SmallFactor(2)]);
        assert_eq!(problems(P * 751), [Problem::SmallFactor(751)]);
        assert_eq!(problems(P * 757), []);
    }

    #[test]
    fn finds_primes_that_are_close_and_no_others() {
        // The prime before 2^64 - 59.
        assert_eq!(problems(P * 0xffff_ffff_ffff_ffad), [Problem::ClosePrimes]);
        assert_eq!(problems(P * P), [Problem::ClosePrimes]);
        // Fermat's method takes (p-q)²/8√n rounds: some 100 for a difference of 2^37.
        let apart = |difference: u128| has_close_primes(&(P * (P - difference)).to_be_bytes());
        assert!(apart(1 << 36) && !apart(1 << 38));
    }

    #[test]
    fn knows_the_powers_of_65537() {
        let powers: Vec<u32> = (0..11).filter(|number| is_power_of_65537(*number, 11)).collect();
        assert_eq!(powers, [1, 10]);
        let powers: Vec<u32> = (0..37).filter(|number| is_power_of_65537(*number, 37)).collect();
        assert_eq!(powers, [1, 10, 26]);
    }
}
