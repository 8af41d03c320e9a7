import type { Rendering } from "@udp/core/cli";
import { columns } from "@udp/core/cli";
import type { InterfaceDocument, InterfacesDocument } from "../documents.ts";
import { reasonToSkip } from "../interface-destination.ts";
import type { InterfaceAddress, NetworkInterface } from "../network-interface.ts";
import { SKIPPED } from "../skip-reasons.ts";

/** A row for each address of each interface. */
export function interfaceTable(
  interfaces: readonly NetworkInterface[],
): Rendering<InterfacesDocument> {
  return {
    text: () => columns([HEAD, ...interfaces.flatMap(rows)], "left").join("\n"),
    document: () => ({
      schema: "udp-broadcast/1",
      kind: "interfaces",
      interfaces: interfaces.map(interfaceDocument),
    }),
  };
}

const HEAD = ["name", "address", "broadcast", "MTU", "flags", "used"];

function rows(one: NetworkInterface): readonly (readonly string[])[] {
  const { name, mtuBytes, addresses } = one;
  const shown = addresses.length === 0 ? [undefined] : addresses;
  return shown.map((own, index) => {
    const [address, broadcast] = own === undefined ? ["–", "–"] : cells(own);
    const isFirst = index === 0;
    return [
      isFirst ? name : "",
      address,
      broadcast,
      isFirst ? String(mtuBytes ?? "–") : "",
      isFirst ? flagNames(one).join(",") : "",
      isFirst ? use(one) : "",
    ];
  });
}

function cells({ address, prefixLength, broadcast }: InterfaceAddress): readonly [string, string] {
  return [`${address}/${prefixLength}`, broadcast ?? "–"];
}

function flagNames({ flags }: NetworkInterface): readonly string[] {
  const names: readonly (readonly [string, boolean])[] = [
    ["up", flags.isUp],
    ["broadcast", flags.hasBroadcast],
    ["multicast", flags.hasMulticast],
    ["point-to-point", flags.isPointToPoint],
    ["loopback", flags.isLoopback],
  ];
  return names.filter(([, isSet]) => isSet).map(([name]) => name);
}

function use(one: NetworkInterface): string {
  const reason = reasonToSkip(one);
  return reason === undefined ? "yes" : `no: ${SKIPPED[reason]}`;
}

function interfaceDocument(one: NetworkInterface): InterfaceDocument {
  const { name, flags, mtuBytes, addresses } = one;
  return {
    name,
    ...flags,
    mtuBytes: mtuBytes ?? null,
    addresses: addresses.map(({ address, prefixLength, broadcast }) => ({
      address,
      prefixLength,
      broadcast: broadcast ?? null,
    })),
    skipped: reasonToSkip(one) ?? null,
  };
}
