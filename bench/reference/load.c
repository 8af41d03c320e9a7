// Load for an echo server: keeps so many datagrams in flight, from one socket or from several, and
// counts what comes back, whatever it is.
//
//   load PORT ROUND_TRIPS SOCKETS
//
// Prints round trips, lost datagrams and nanoseconds. Ends sooner with a server that is so slow.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum {
  WINDOW = 200,
  MAX_SOCKETS = 64,
  BATCH = 64,
  PAYLOAD_BYTES = 64,
  REPLY_BYTES = 2048,
  RECEIVE_BUFFER_BYTES = 1 << 20,
  PATIENCE_MS = 200
};

static const int64_t LIMIT_NS = 20000000000LL;

struct peer {
  int in_flight;
  int window;
};

static struct pollfd polls[MAX_SOCKETS];
static struct peer peers[MAX_SOCKETS];
static uint64_t sent_count, reply_count, goal;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static int open_socket(int port) {
  struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(port),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_DGRAM, 0), bytes = RECEIVE_BUFFER_BYTES;
  if (fd < 0) die("socket");
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes) < 0) die("SO_RCVBUF");
  if (connect(fd, (struct sockaddr *)&server, sizeof server) < 0) die("connect");
  return fd;
}

// Each payload is another one: servers may take what repeats for a loop.
static void write_payload(char *payload, uint64_t number) {
  memset(payload, 0, PAYLOAD_BYTES);
  memcpy(payload, &number, sizeof number);
}

static int send_batch(int fd, int count) {
  static char payloads[BATCH][PAYLOAD_BYTES];
  static struct iovec vectors[BATCH];
  static struct mmsghdr messages[BATCH];
  for (int i = 0; i < count; i++) {
    write_payload(payloads[i], sent_count + i);
    vectors[i] = (struct iovec){payloads[i], PAYLOAD_BYTES};
    messages[i].msg_hdr = (struct msghdr){.msg_iov = &vectors[i], .msg_iovlen = 1};
  }
  int taken = sendmmsg(fd, messages, count, 0);
  if (taken < 0 && errno != EINTR && errno != ENOBUFS) die("sendmmsg");
  return taken < 0 ? 0 : taken;
}

static void refill(int index) {
  struct peer *peer = &peers[index];
  while (peer->in_flight < peer->window && sent_count < goal) {
    int missing = peer->window - peer->in_flight;
    int count = missing < BATCH ? missing : BATCH;
    if (goal - sent_count < (uint64_t)count) count = goal - sent_count;
    int taken = send_batch(polls[index].fd, count);
    sent_count += taken;
    peer->in_flight += taken;
  }
}

static void drain(int index) {
  static char payloads[BATCH][REPLY_BYTES];
  static struct iovec vectors[BATCH];
  static struct mmsghdr messages[BATCH];
  for (int i = 0; i < BATCH; i++) {
    vectors[i] = (struct iovec){payloads[i], REPLY_BYTES};
    messages[i].msg_hdr = (struct msghdr){.msg_iov = &vectors[i], .msg_iovlen = 1};
  }
  int count = recvmmsg(polls[index].fd, messages, BATCH, MSG_DONTWAIT, NULL);
  if (count < 0 && errno != EAGAIN && errno != EINTR) die("recvmmsg");
  if (count <= 0) return;
  struct peer *peer = &peers[index];
  // A reply that was taken for lost comes beyond what is in flight.
  int expected = count < peer->in_flight ? count : peer->in_flight;
  peer->in_flight -= expected;
  reply_count += count;
}

static uint64_t fill_windows(int socket_count) {
  uint64_t in_flight = 0;
  for (int i = 0; i < socket_count; i++) {
    refill(i);
    in_flight += peers[i].in_flight;
  }
  return in_flight;
}

// What is in flight is lost.
static void give_up(int socket_count) {
  for (int i = 0; i < socket_count; i++) peers[i].in_flight = 0;
}

// Returns when the last reply came.
static int64_t exchange(int socket_count) {
  int64_t started_at = now_ns(), heard_at = started_at;
  while (fill_windows(socket_count) > 0) {
    int ready = poll(polls, socket_count, PATIENCE_MS);
    if (ready < 0 && errno != EINTR) die("poll");
    if (ready == 0) give_up(socket_count);
    if (ready <= 0) continue;
    heard_at = now_ns();
    if (heard_at - started_at > LIMIT_NS) goal = sent_count;
    for (int i = 0; i < socket_count; i++) {
      if (polls[i].revents) drain(i);
    }
  }
  return heard_at;
}

int main(int argc, char **argv) {
  if (argc != 4) return fprintf(stderr, "usage: load PORT ROUND_TRIPS SOCKETS\n"), 2;
  int port = atoi(argv[1]), socket_count = atoi(argv[3]);
  goal = strtoull(argv[2], NULL, 10);
  if (socket_count < 1 || socket_count > MAX_SOCKETS) return fprintf(stderr, "1 to 64 sockets\n"), 2;
  for (int i = 0; i < socket_count; i++) {
    polls[i] = (struct pollfd){.fd = open_socket(port), .events = POLLIN};
    peers[i].window = WINDOW / socket_count + (i < WINDOW % socket_count);
  }
  int64_t started_at = now_ns();
  int64_t heard_at = exchange(socket_count);
  uint64_t lost_count = sent_count > reply_count ? sent_count - reply_count : 0;
  printf("%llu %llu %lld\n", (unsigned long long)reply_count, (unsigned long long)lost_count,
         (long long)(heard_at - started_at));
}
