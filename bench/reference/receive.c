// Receives what itself sends on the loopback, 64 datagrams of 64 bytes at a time.
//
//   receive TAKES_JOINED SENDS_JOINED DATAGRAMS
//
// TAKES_JOINED 1: takes joined datagrams as one message (UDP_GRO). SENDS_JOINED 1: sends them so (UDP_SEGMENT).
// Prints datagrams, the messages that they came in, and nanoseconds of the receiving process.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, PAYLOAD_BYTES = 64, MAX_BYTES = 65535, RECEIVE_BUFFER_BYTES = 1 << 22 };

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void set(int fd, int level, int option, const void *value, socklen_t bytes) {
  if (setsockopt(fd, level, option, value, bytes) < 0) die("setsockopt");
}

static long long cpu_ns(void) {
  struct timespec used;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return used.tv_sec * 1000000000LL + used.tv_nsec;
}

static void pause_a_little(void) {
  nanosleep(&(struct timespec){.tv_nsec = 50000}, NULL);
}

static void send_all(int fd, int is_joined, long count) {
  static char payloads[BATCH][PAYLOAD_BYTES];
  struct iovec vectors[BATCH];
  struct mmsghdr messages[BATCH] = {0};
  int segment_bytes = PAYLOAD_BYTES;
  if (is_joined) set(fd, IPPROTO_UDP, UDP_SEGMENT, &segment_bytes, sizeof segment_bytes);
  for (int i = 0; i < BATCH; i++) {
    vectors[i] = (struct iovec){payloads[i], PAYLOAD_BYTES};
    messages[i].msg_hdr = (struct msghdr){.msg_iov = &vectors[i], .msg_iovlen = 1};
  }
  if (is_joined) messages[0].msg_hdr.msg_iovlen = BATCH;
  for (; count > 0; count -= BATCH) {
    if (sendmmsg(fd, messages, is_joined ? 1 : BATCH, 0) < 0) die("sendmmsg");
    pause_a_little();
  }
}

static void receive_all(int fd, long count) {
  static char payloads[BATCH][MAX_BYTES];
  static struct iovec vectors[BATCH];
  static struct mmsghdr messages[BATCH];
  long message_count = 0, bytes = 0;
  for (int i = 0; i < BATCH; i++) {
    vectors[i] = (struct iovec){payloads[i], MAX_BYTES};
    messages[i].msg_hdr = (struct msghdr){.msg_iov = &vectors[i], .msg_iovlen = 1};
  }
  long long before = cpu_ns();
  while (bytes < count * PAYLOAD_BYTES) {
    int received = recvmmsg(fd, messages, BATCH, MSG_WAITFORONE, NULL);
    if (received < 0) break;
    message_count += received;
    for (int i = 0; i < received; i++) bytes += messages[i].msg_len;
  }
  printf("%ld %ld %lld\n", bytes / PAYLOAD_BYTES, message_count, cpu_ns() - before);
}

int main(int argc, char **argv) {
  if (argc != 4) return fprintf(stderr, "usage: receive TAKES_JOINED SENDS_JOINED DATAGRAMS\n"), 2;
  struct sockaddr_in local = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof local;
  int receiver = socket(AF_INET, SOCK_DGRAM, 0), sender = socket(AF_INET, SOCK_DGRAM, 0);
  int takes_joined = atoi(argv[1]), bytes = RECEIVE_BUFFER_BYTES;
  struct timeval patience = {.tv_sec = 1};
  set(receiver, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  set(receiver, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  set(receiver, IPPROTO_UDP, UDP_GRO, &takes_joined, sizeof takes_joined);
  if (bind(receiver, (struct sockaddr *)&local, sizeof local) < 0) die("bind");
  getsockname(receiver, (struct sockaddr *)&local, &length);
  if (connect(sender, (struct sockaddr *)&local, sizeof local) < 0) die("connect");
  pid_t child = fork();
  if (child < 0) die("fork");
  if (child == 0) return send_all(sender, atoi(argv[2]), atol(argv[3])), 0;
  receive_all(receiver, atol(argv[3]));
}
