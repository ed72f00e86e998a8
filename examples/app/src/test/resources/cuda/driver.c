/* The calls of NVIDIA's driver API that are made before a backend is chosen, answered from the environment:
   FAKE_GPUS=9.0,8.6 the compute capabilities, FAKE_ERROR=100 what cuInit returns, FAKE_CUDA=12040 the CUDA version. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *gpus(void) {
    const char *all = getenv("FAKE_GPUS");
    return all == NULL ? "" : all;
}

int cuInit(unsigned flags) {
    const char *error = getenv("FAKE_ERROR");
    return flags != 0 ? 1 : error == NULL ? 0 : atoi(error);
}

int cuDriverGetVersion(int *version) {
    const char *cuda = getenv("FAKE_CUDA");
    *version = cuda == NULL ? 12040 : atoi(cuda);
    return 0;
}

int cuDeviceGetCount(int *count) {
    const char *comma = gpus();
    *count = *comma != '\0';
    while ((comma = strchr(comma, ',')) != NULL) {
        comma++;
        ++*count;
    }
    return 0;
}

/* A device is 10 plus its ordinal, so that the two cannot be mistaken for each other. */
int cuDeviceGet(int *device, int ordinal) {
    *device = 10 + ordinal;
    return 0;
}

int cuDeviceGetName(char *name, int length, int device) {
    snprintf(name, length, "NVIDIA Test %d", device - 10);
    return 0;
}

int cuDeviceTotalMem_v2(size_t *bytes, int device) {
    *bytes = (size_t) (device - 10 + 1) << 33;
    return 0;
}

int cuDeviceGetAttribute(int *value, int attribute, int device) {
    const char *gpu = gpus();
    int major, minor;
    for (int skip = device - 10; skip > 0; skip--) {
        gpu = strchr(gpu, ',') + 1;
    }
    if (sscanf(gpu, "%d.%d", &major, &minor) != 2 || (attribute != 75 && attribute != 76)) {
        return 1;
    }
    *value = attribute == 75 ? major : minor;
    return 0;
}

int cuGetErrorName(int error, const char **name) {
    *name = error == 100 ? "CUDA_ERROR_NO_DEVICE" : "CUDA_ERROR_UNKNOWN";
    return 0;
}
