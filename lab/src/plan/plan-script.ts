import { joinedCablesOf, linkNodesOf } from "./bad-cables.ts";
import type { Cable, Node, Plan, Port, Role } from "./plan.ts";
import { addressesOf, portsOf } from "./plan.ts";

/** For every node: nothing is sent or waited for that the plan does not name. */
const QUIET = `
for conf in all default $(ls /proc/sys/net/ipv6/conf); do
  echo 0 >/proc/sys/net/ipv6/conf/$conf/accept_dad
  echo 0 >/proc/sys/net/ipv6/conf/$conf/accept_ra
  echo 0 >/proc/sys/net/ipv6/conf/$conf/router_solicitations
done`;

/** A router answers every packet with the error that it deserves: Linux would keep most to itself. */
const ROUTER_SETTINGS = {
  "net/ipv4/ip_forward": 1,
  "net/ipv6/conf/all/forwarding": 1,
  "net/ipv4/icmp_ratelimit": 0,
  "net/ipv4/icmp_msgs_per_sec": 1_000_000, // all hosts have one limit before Linux 6.12, and no such file
  "net/ipv4/icmp_msgs_burst": 1_000_000,
  "net/ipv6/icmp/ratelimit": 0,
};

/** What only passes frames on is no host, and sends nothing of its own. */
const NO_HOST_SETTINGS = {
  "net/ipv6/conf/all/disable_ipv6": 1,
  "net/ipv6/conf/default/disable_ipv6": 1,
};

const ROLE_SETTINGS: Record<Role, Readonly<Record<string, number>>> = {
  host: {},
  router: ROUTER_SETTINGS,
  switch: NO_HOST_SETTINGS,
  link: NO_HOST_SETTINGS,
};

const AWAIT = `
await() { # a condition, for five seconds at most
  tries=0
  until "$@"; do
    tries=$((tries + 1))
    [ $tries -lt 500 ] || { echo "expected to be true by now: $*" >&2; exit 1; }
    sleep 0.01
  done
}
is_up() { ip link show dev $1 | grep -q "state UP"; } # asking makes the kernel look
has_link_local() { grep -q "^fe80.* 80 *$1$" /proc/net/if_inet6; }`;

/** What a POSIX shell runs, in namespaces of its own, to make the network. */
export function planScript(plan: Plan): string {
  const cables = joinedCablesOf(plan);
  const nodes = [...plan.nodes, ...linkNodesOf(plan)].map((node) => ({
    node,
    ports: portsOf(cables, node.name),
  }));
  return [
    nameHosts(plan),
    ...nodes.map(({ node }) => `ip netns add ${node.name}`),
    batch(cables.map(({ near, far }) => `link add ${end(near)} type veth peer ${end(far)}`)),
    ...nodes.map(({ node, ports }) => inside(node, startNode(node, ports, lossRules(plan, node)))),
    ...nodes.map(({ node, ports }) => inside(node, equipNode(node, ports))),
  ].join("\n");
}

/** Programs find the nodes by their names, and ask no name server. */
function nameHosts(plan: Plan): string {
  const lines = plan.nodes.flatMap((node) =>
    addressesOf(plan, node).map((address) => `${address} ${node.name}`),
  );
  return `
${heredoc("cat >/run/hosts", "HOSTS", ["127.0.0.1 localhost", "::1 localhost", ...lines].join("\n"))}
mount --bind /run/hosts /etc/hosts
[ ! -e /etc/resolv.conf ] || mount --bind /dev/null /etc/resolv.conf`;
}

function end({ node, interface: name, mtuBytes }: Port): string {
  return `name ${name} netns ${node} mtu ${mtuBytes}`;
}

/** Interfaces are up, and have no address yet: the other end may not be up. */
function startNode(
  { role, settings, firewall = "" }: Node,
  ports: readonly Port[],
  rules: string,
): string {
  // One datagram, one frame: a train of segments leaves the host as single ones.
  const up = ports.map((port) => `link set ${port.interface} gso_max_segs 1 up`);
  return [
    QUIET,
    // Connection tracking comes with the rules that need it, and its settings with that.
    firewall + rules === "" ? "" : heredoc("nft -f -", "RULES", `${firewall}\n${rules}`),
    writeSettings({ ...ROLE_SETTINGS[role], ...settings }),
    batch(["link set lo up", ...(role === "switch" ? bridge(ports) : []), ...up]),
    role === "switch" ? LEAVE_FRAMES_ALONE : "",
  ].join("\n");
}

/** The rules by which a node loses what its cables do not carry, as it arrives. */
function lossRules({ cables }: Plan, { name }: Node): string {
  const rules = cables.flatMap((cable) =>
    [cable.near, cable.far]
      .filter(({ node }) => node === name)
      .map((port) => lossRule(port, cable)),
  );
  const needed = rules.filter((rule) => rule !== undefined);
  if (needed.length === 0) return "";
  return `table inet cables {
  chain arrivals {
    type filter hook prerouting priority -300
    ${needed.join("\n    ")}
  }
}`;
}

function lossRule(port: Port, { carriesBytes }: Cable): string | undefined {
  if (carriesBytes === undefined) return undefined;
  return `iifname ${port.interface} meta length > ${carriesBytes} drop`;
}

/** A switch does not look into packets: the kernel would drop those whose IP header is damaged. */
const LEAVE_FRAMES_ALONE = `
for setting in /proc/sys/net/bridge/bridge-nf-call-*; do
  [ ! -e $setting ] || echo 0 >$setting
done`;

function bridge(ports: readonly Port[]): string[] {
  const mtuBytes = Math.max(...ports.map((port) => port.mtuBytes));
  return [
    "link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0",
    `link set br0 mtu ${mtuBytes} up`,
    ...ports.map((port) => `link set ${port.interface} master br0`),
  ];
}

/** Addresses and routes, once every interface can send. */
function equipNode(node: Node, ports: readonly Port[]): string {
  const loopback = { interface: "lo", addresses: node.loopbackAddresses ?? [] };
  const addressed = ports.filter(({ addresses }) => addresses.some(isIpv6));
  return [
    AWAIT,
    ...ports.map((port) => `await is_up ${port.interface}`),
    ...addressed.map((port) => `await has_link_local ${port.interface}`),
    batch([
      ...[loopback, ...ports].flatMap(addAddresses),
      ...(node.routes ?? []).map((route) => `route add ${route}`),
    ]),
  ].join("\n");
}

function addAddresses(port: Pick<Port, "interface" | "addresses">): string[] {
  return port.addresses.map((address) => {
    const extra = isIpv6(address) ? "nodad" : hasBroadcast(address) ? "broadcast +" : "";
    return `addr add ${address} dev ${port.interface} ${extra}`;
  });
}

/** Two addresses, or one, leave none over (RFC 3021). */
function hasBroadcast(ipv4: string): boolean {
  return Number(ipv4.split("/")[1]) <= 30;
}

function isIpv6(text: string): boolean {
  return text.includes(":");
}

/** Settings that this kernel does not have for a namespace by itself stay as they are. */
function writeSettings(settings: Readonly<Record<string, string | number>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `[ ! -e /proc/sys/${name} ] || echo '${value}' >/proc/sys/${name}`)
    .join("\n");
}

function inside({ name }: Node, script: string): string {
  return heredoc(`ip netns exec ${name} sh -es`, "NODE", script);
}

function batch(commands: readonly string[]): string {
  return heredoc("ip -batch -", "IP", commands.join("\n"));
}

function heredoc(command: string, delimiter: string, text: string): string {
  return `${command} <<'${delimiter}'\n${text}\n${delimiter}`;
}
