/* l_random.c - math.random, the same on all ranks and in every run: Philox under a fixed seed.
 *
 * The common stream is what a script draws from. A function that is called for one neuron or synapse
 * draws from a stream of its own (with_stream), keyed by which one, so that what it draws does not depend
 * on which rank calls it, nor on what was drawn before.
 */
#include "l_system.h"
#include "rng.h"

#include <string.h>

#define DEFAULT_SEED UINT64_C(0x6c756e617465) /* "lunate" */

typedef struct random_state {
  uint64_t key;     /* of the seed */
  ln_stream stream; /* drawn from now */
} random_state;

static random_state *get_state(lua_State *L) { return lua_touserdata(L, lua_upvalueindex(1)); }

static void set_seed(random_state *s, uint64_t x, uint64_t y) {
  s->key = ln_key(x, y, 1);
  s->stream = (ln_stream){.key = s->key};
}

static uint64_t all_bits(ln_stream *s) {
  ln_philox4 r = ln_philox(s->key, s->a, s->b++);
  return (uint64_t)r.w[0] << 32 | r.w[1];
}

/* random() in [0, 1), random(n) in 1..n, random(m, n) in m..n, random(0) any integer. */
static int random_random(lua_State *L) {
  ln_stream *s = &get_state(L)->stream;
  lua_Integer low = 1, high;
  switch (lua_gettop(L)) {
    case 0:
      lua_pushnumber(L, ln_stream_uniform(s));
      return 1;
    case 1:
      high = luaL_checkinteger(L, 1);
      if (high == 0) {
        lua_pushinteger(L, (lua_Integer)all_bits(s));
        return 1;
      }
      break;
    case 2:
      low = luaL_checkinteger(L, 1);
      high = luaL_checkinteger(L, 2);
      break;
    default:
      return luaL_error(L, "wrong number of arguments to 'random' (0, 1 or 2 expected)");
  }
  luaL_argcheck(L, low <= high, lua_gettop(L), "interval is empty");
  uint64_t count = (uint64_t)high - (uint64_t)low + 1; /* 0: all of them */
  lua_pushinteger(L, (lua_Integer)((uint64_t)low + (count ? ln_stream_below(s, count) : all_bits(s))));
  return 1;
}

/* A seed's 64 bits: an integer as it is, a number with a fraction by its representation. */
static uint64_t seed_bits(lua_State *L, int index, uint64_t missing) {
  if (lua_isnoneornil(L, index)) return missing;
  lua_Number number = luaL_checknumber(L, index);
  lua_Integer integer;
  uint64_t bits;
  if (lua_isinteger(L, index)) return (uint64_t)lua_tointeger(L, index);
  if (lua_numbertointeger(number, &integer) && (lua_Number)integer == number) return (uint64_t)integer;
  memcpy(&bits, &number, sizeof bits);
  return bits;
}

/* randomseed(x, y); without arguments the seed that a run starts with. Returns the two parts, as Lua does. */
static int random_seed(lua_State *L) {
  uint64_t x = seed_bits(L, 1, DEFAULT_SEED), y = seed_bits(L, 2, 0);
  set_seed(get_state(L), x, y);
  lua_pushinteger(L, (lua_Integer)x);
  lua_pushinteger(L, (lua_Integer)y);
  return 2;
}

/* with_stream(a, b, f, ...): f(...) with math.random under (seed, a, b); then the stream goes on as before. */
static int random_with_stream(lua_State *L) {
  random_state *s = get_state(L);
  uint64_t a = (uint64_t)luaL_checkinteger(L, 1), b = (uint64_t)luaL_checkinteger(L, 2);
  luaL_checkany(L, 3);
  ln_stream saved = s->stream;
  s->stream = (ln_stream){.key = ln_key(s->key, a, b), .a = 1};
  int status = lua_pcall(L, lua_gettop(L) - 3, LUA_MULTRET, 0);
  s->stream = saved;
  if (status != LUA_OK) return lua_error(L);
  return lua_gettop(L) - 2;
}

void ln_open_random(lua_State *L) {
  static const luaL_Reg functions[] = {
    {"random", random_random}, {"randomseed", random_seed}, {"with_stream", random_with_stream}, {NULL, NULL}};
  random_state *s = lua_newuserdatauv(L, sizeof *s, 0);
  set_seed(s, DEFAULT_SEED, 0);
  luaL_setfuncs(L, functions, 1);
}
