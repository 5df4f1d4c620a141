/* l_store.h - what l_recorder.c needs of l_store.c. */
#ifndef L_STORE_H
#define L_STORE_H

#include "l_lunate.h"
#include "store.h"

/* The sink at index, made by store:spikes or store:report. It is the store's: whoever keeps it keeps the store. */
const ln_record_sink *ln_store_check_sink(lua_State *L, int index);

#endif
