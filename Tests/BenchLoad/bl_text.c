// Just enough SIP and SDP text (RFC 3261 §7, RFC 4566) to talk with a server under measurement.
#define _GNU_SOURCE
#include "bl_internal.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void bl_append(bl_text *text, const char *format, ...) {
    size_t room = sizeof text->bytes - (size_t)text->length;
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(text->bytes + text->length, room, format, arguments);
    va_end(arguments);
    if (written < 0 || (size_t)written >= room) {
        text->overflow = true;
    } else {
        text->length += written;
    }
}

bool bl_is(bl_slice slice, const char *text) {
    size_t length = strlen(text);
    return (size_t)slice.length == length && strncasecmp(slice.at, text, length) == 0;
}

void bl_copy(bl_slice slice, char *out, int capacity) {
    int length = slice.length < capacity - 1 ? slice.length : capacity - 1;
    memcpy(out, slice.at, (size_t)(length > 0 ? length : 0));
    out[length > 0 ? length : 0] = 0;
}

static bl_slice trim(bl_slice slice) {
    while (slice.length > 0 && (*slice.at == ' ' || *slice.at == '\t')) slice.at++, slice.length--;
    while (slice.length > 0 && (unsigned char)slice.at[slice.length - 1] <= ' ') slice.length--;
    return slice;
}

// Takes one line off the front of `rest`, without its end; false at the end of the text.
static bool next_line(bl_slice *rest, bl_slice *line) {
    if (rest->length <= 0) return false;
    const char *end = memchr(rest->at, '\n', (size_t)rest->length);
    int taken = end ? (int)(end - rest->at) + 1 : rest->length;
    *line = (bl_slice){rest->at, taken};
    rest->at += taken;
    rest->length -= taken;
    while (line->length > 0 && (line->at[line->length - 1] == '\n' || line->at[line->length - 1] == '\r')) {
        line->length--;
    }
    return true;
}

// Takes one word off the front of a line.
static bl_slice next_word(bl_slice *line) {
    *line = trim(*line);
    const char *space = memchr(line->at, ' ', (size_t)line->length);
    bl_slice word = {line->at, space ? (int)(space - line->at) : line->length};
    line->at += word.length;
    line->length -= word.length;
    return word;
}

static bool split_header(bl_slice line, bl_slice *name, bl_slice *value) {
    const char *colon = line.length > 0 ? memchr(line.at, ':', (size_t)line.length) : NULL;
    if (!colon) return false;
    *name = trim((bl_slice){line.at, (int)(colon - line.at)});
    *value = trim((bl_slice){colon + 1, line.length - (int)(colon - line.at) - 1});
    return true;
}

static uint32_t number(bl_slice slice) {
    uint32_t value = 0;
    for (int i = 0; i < slice.length && i < 9 && isdigit((unsigned char)slice.at[i]); i++) {
        value = value * 10 + (uint32_t)(slice.at[i] - '0');
    }
    return value;
}

static bool start_line(bl_slice line, bl_message *message) {
    bl_slice first = next_word(&line), second = next_word(&line);
    if (bl_is(first, "SIP/2.0")) {
        message->status = (int)number(second);
        return message->status >= 100 && message->status < 700;
    }
    message->method = first;
    message->uri = second;
    return bl_is(next_word(&line), "SIP/2.0") && first.length > 0 && second.length > 0;
}

static void take_header(bl_slice name, bl_slice value, bl_message *message) {
    if (bl_is(name, "From") || bl_is(name, "f")) {
        message->from = value;
    } else if (bl_is(name, "To") || bl_is(name, "t")) {
        message->to = value;
    } else if (bl_is(name, "Call-ID") || bl_is(name, "i")) {
        message->call_id = value;
    } else if (bl_is(name, "Contact") || bl_is(name, "m")) {
        message->contact = value;
    } else if (bl_is(name, "CSeq")) {
        message->cseq = number(next_word(&value));
        if (message->status) message->method = trim(value);
    } else if (bl_is(name, "WWW-Authenticate")) {
        // Several algorithms may be offered: MD5 is the one we speak.
        bl_slice algorithm = bl_parameter(value, "algorithm");
        if (algorithm.length == 0 || bl_is(algorithm, "MD5")) message->challenge = value;
    }
}

bool bl_parse(const char *bytes, int length, bl_message *message) {
    memset(message, 0, sizeof *message);
    message->whole = (bl_slice){bytes, length};
    bl_slice rest = message->whole, line, name, value;
    if (!next_line(&rest, &line) || !start_line(line, message)) return false;
    while (next_line(&rest, &line) && line.length > 0) {
        if (split_header(line, &name, &value)) take_header(name, value, message);
    }
    message->body = rest;
    return message->call_id.length > 0 && message->method.length > 0 && message->from.length > 0
        && message->to.length > 0;
}

// The value of `;name=value`, `name=value` or `name="value"` after the start, a separator or an angle bracket.
bl_slice bl_parameter(bl_slice header, const char *name) {
    int length = (int)strlen(name);
    for (int i = 0; i + length < header.length; i++) {
        bool begins = i == 0 || strchr("; ,\t", header.at[i - 1]) != NULL;
        if (!begins || header.at[i + length] != '=' || strncasecmp(header.at + i, name, (size_t)length) != 0) continue;
        bl_slice value = {header.at + i + length + 1, header.length - i - length - 1};
        bool quoted = value.length > 0 && *value.at == '"';
        if (quoted) value.at++, value.length--;
        int end = 0;
        while (end < value.length && !strchr(quoted ? "\"" : ";, \t>", value.at[end])) end++;
        value.length = end;
        return value;
    }
    return (bl_slice){header.at, 0};
}

bl_slice bl_contact_uri(bl_slice contact) {
    const char *open = contact.length > 0 ? memchr(contact.at, '<', (size_t)contact.length) : NULL;
    if (open) {
        bl_slice uri = {open + 1, contact.length - (int)(open - contact.at) - 1};
        const char *close = memchr(uri.at, '>', (size_t)uri.length);
        if (close) uri.length = (int)(close - uri.at);
        return uri;
    }
    int end = 0;
    while (end < contact.length && contact.at[end] != ';') end++;
    return (bl_slice){contact.at, end};
}

bl_slice bl_uri_user(bl_slice header) {
    bl_slice uri = bl_contact_uri(header);
    const char *colon = uri.length > 0 ? memchr(uri.at, ':', (size_t)uri.length) : NULL;
    if (!colon) return (bl_slice){uri.at, 0};
    bl_slice user = {colon + 1, uri.length - (int)(colon - uri.at) - 1};
    const char *at = memchr(user.at, '@', (size_t)user.length);
    user.length = at ? (int)(at - user.at) : 0;
    return user;
}

int bl_serial_of(bl_slice user) {
    if (user.length < 7) return -1;
    int serial = 0;
    for (const char *digit = user.at + user.length - 7; digit < user.at + user.length; digit++) {
        if (!isdigit((unsigned char)*digit)) return -1;
        serial = serial * 10 + (*digit - '0');
    }
    return serial;
}

// Everything up to Content-Length; To gets a tag if it has none.
void bl_respond(bl_text *text, const bl_message *request, int status, const char *reason, const char *tag) {
    bl_append(text, "SIP/2.0 %d %s\r\n", status, reason);
    bl_slice rest = request->whole, line, name, value;
    next_line(&rest, &line);
    while (next_line(&rest, &line) && line.length > 0) {
        if (split_header(line, &name, &value) && (bl_is(name, "Via") || bl_is(name, "v"))) {
            bl_append(text, "Via: %.*s\r\n", value.length, value.at);
        }
    }
    bool tagged = bl_parameter(request->to, "tag").length > 0 || status == 100;
    bl_append(text, "From: %.*s\r\n", request->from.length, request->from.at);
    bl_append(text, "To: %.*s", request->to.length, request->to.at);
    bl_append(text, tagged ? "\r\n" : ";tag=%s\r\n", tag);
    bl_append(text, "Call-ID: %.*s\r\n", request->call_id.length, request->call_id.at);
    bl_append(text, "CSeq: %u %.*s\r\n", request->cseq, request->method.length, request->method.at);
}

void bl_finish(bl_text *text, const char *body) {
    if (body) {
        bl_append(text, "Content-Type: application/sdp\r\nContent-Length: %zu\r\n\r\n%s", strlen(body), body);
    } else {
        bl_append(text, "Content-Length: 0\r\n\r\n");
    }
}

bool bl_parse_sdp(bl_slice body, bl_media *media) {
    *media = (bl_media){.direction = 'b'};
    bl_slice line;
    char text[64];
    while (next_line(&body, &line)) {
        bl_copy(line, text, sizeof text);
        if (strncmp(text, "c=IN IP4 ", 9) == 0) {
            struct in_addr address;
            char *end = strpbrk(text + 9, "/ ");
            if (end) *end = 0;
            // Nothing is ever sent beyond loopback, whatever an SDP says.
            if (inet_pton(AF_INET, text + 9, &address) == 1 && ntohl(address.s_addr) >> 24 == 127) {
                media->address = address.s_addr;
            }
        } else if (strncmp(text, "m=audio ", 8) == 0) {
            int port = atoi(text + 8);
            media->port = port > 0 && port < 65536 ? (uint16_t)port : 0;
        } else if (strcmp(text, "a=sendonly") == 0) {
            media->direction = 's';
        } else if (strcmp(text, "a=recvonly") == 0) {
            media->direction = 'r';
        } else if (strcmp(text, "a=inactive") == 0) {
            media->direction = 'i';
        }
    }
    return media->port != 0;
}

void bl_write_sdp(char *out, int capacity, const char *address, uint16_t port, int codec, uint32_t id, char direction) {
    const char *way = direction == 's'   ? "sendonly"
                      : direction == 'r' ? "recvonly"
                      : direction == 'i' ? "inactive"
                                         : "sendrecv";
    snprintf(
        out, (size_t)capacity,
        "v=0\r\no=- %u %d IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\nm=audio %u RTP/AVP %d 101\r\n"
        "a=rtpmap:%d %s/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ptime:20\r\na=%s\r\n",
        id, direction == 'b' ? 1 : 2, address, address, port, codec, codec, codec == 8 ? "PCMA" : "PCMU", way);
}
