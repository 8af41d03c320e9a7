// A UDP echo server as a C programmer writes it: batches, and nothing else. Prints its port.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { BATCH = 64, PAYLOAD_BYTES = 2048 };

static void die(const char *what) {
  perror(what);
  exit(1);
}

static int open_socket(void) {
  struct sockaddr_in local = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof local;
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0) die("socket");
  if (bind(fd, (struct sockaddr *)&local, length) < 0) die("bind");
  if (getsockname(fd, (struct sockaddr *)&local, &length) < 0) die("getsockname");
  printf("%d\n", ntohs(local.sin_port));
  fflush(stdout);
  return fd;
}

static void send_all(int fd, struct mmsghdr *messages, int count) {
  for (int done = 0; done < count;) {
    int sent = sendmmsg(fd, messages + done, count - done, 0);
    if (sent < 0 && errno != EINTR && errno != ECONNREFUSED) die("sendmmsg");
    if (sent > 0) done += sent;
  }
}

int main(void) {
  static char payloads[BATCH][PAYLOAD_BYTES];
  static struct sockaddr_in peers[BATCH];
  static struct iovec vectors[BATCH];
  static struct mmsghdr messages[BATCH];
  int fd = open_socket();
  for (;;) {
    for (int i = 0; i < BATCH; i++) {
      vectors[i] = (struct iovec){payloads[i], PAYLOAD_BYTES};
      messages[i].msg_hdr = (struct msghdr){
          .msg_name = &peers[i], .msg_namelen = sizeof peers[i],
          .msg_iov = &vectors[i], .msg_iovlen = 1};
    }
    int count = recvmmsg(fd, messages, BATCH, MSG_WAITFORONE, NULL);
    if (count < 0 && errno != EINTR) die("recvmmsg");
    for (int i = 0; i < count; i++) vectors[i].iov_len = messages[i].msg_len;
    send_all(fd, messages, count);
  }
}
