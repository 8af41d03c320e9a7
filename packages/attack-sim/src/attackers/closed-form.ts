import type { ClientRules } from "../defences/defence.ts";
import type { Attack } from "./attack.ts";

/**
 * The chance that the attack succeeds in one exchange, 0 to 1, with so many datagrams.
 *
 * It is the formula of RFC 5452 section 7, `P = D·F / (N·P·I)`, for one server (N = 1), in the form
 * that holds for few ports and ids too: guesses are made without replacement, so F of them hit one of
 * X with F/X, and one of D independent numbers with 1 - (1 - F/X)^D.
 */
export function successChance(attack: Attack, rules: ClientRules, datagramCount: number): number {
  const count = attack.datagrams === "one" ? 1 : datagramCount;
  if (attack.aim === "denial") return denialChance(attack, rules, count);
  return canPass(attack, rules) ? guessChance(attack, rules, count) : 0;
}

/** Whether a datagram passes that has the right port and the right id. */
function canPass({ source, content }: Attack, rules: ClientRules): boolean {
  const isGenuine = content === "late" || content === "replayed";
  return !(
    (source === "own" && (rules.checksSource || rules.isConnected)) ||
    (rules.checksMac && !isGenuine) ||
    (rules.checksReplay && content === "replayed") ||
    (rules.checksTime && isGenuine)
  );
}

function guessChance(attack: Attack, rules: ClientRules, count: number): number {
  const tries = triesAtThePort(attack, rules, count);
  return reachChance(attack, rules, count) * idChance(attack, rules, tries);
}

/** That one of the datagrams reaches the client: each goes to another port. */
function reachChance({ knowsPort }: Attack, { ports }: ClientRules, count: number): number {
  return knowsPort ? 1 : Math.min(count, ports.count) / ports.count;
}

/** How many ids are tried at the port that is the client's. */
function triesAtThePort(attack: Attack, rules: ClientRules, count: number): number {
  const endsAtFirst = attack.content !== "too-big" && (!rules.isPatient || rules.stopsAtNearMiss);
  const isSpread = !attack.knowsPort && rules.ports.count > 1;
  return endsAtFirst || isSpread || attack.id === "repeated" ? 1 : count;
}

function idChance({ id, wantedCount }: Attack, rules: ClientRules, tries: number): number {
  if (id === "seen" || rules.idBits === 0) return 1;
  const idCount = 2 ** rules.idBits;
  const inFlight = rules.asksOnce ? 1 : wantedCount;
  const missChance = Math.log1p(-Math.min(tries, idCount) / idCount);
  return -Math.expm1(inFlight * missChance);
}

/** A wrong answer that ends the exchange denies the right one; one that is believed does so too. */
function denialChance(attack: Attack, rules: ClientRules, count: number): number {
  const reach = reachChance(attack, rules, count);
  if (!rules.isPatient || rules.stopsAtNearMiss) return reach;
  return canPass(attack, rules) ? guessChance(attack, rules, count) : 0;
}
