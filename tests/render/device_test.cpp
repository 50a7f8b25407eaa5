#include "render/error.h"
#include "render/gpu.h"
#include "tests/support/test_program.h"

#include <QTest>
#include <dlfcn.h>

using namespace athanor;

class DeviceTest : public QObject {
    Q_OBJECT

private slots:
    // Kept loaded, so that the leak sanitizer can name the layer whose own leaks tests/support/leaks.supp passes over.
    void initTestCase() { dlopen("libVkLayer_khronos_validation.so", RTLD_NOW | RTLD_NODELETE); }
    void describesTheDevicesOfThisMachine();
    void choosesByNumberAndName();
    void namesWhatThereIsWhenNothingFits();
    void takesAwayWhatTheMaskForbids();
    void countsValidationMessages();
};

void DeviceTest::describesTheDevicesOfThisMachine()
{
    const Instance instance;
    const std::vector<DeviceInfo> devices = instance.devices();
    QVERIFY(!devices.empty());
    for (const DeviceInfo& device : devices) {
        QVERIFY(!device.name.empty());
        QVERIFY(!device.driver.empty());
        QVERIFY(device.apiVersion.starts_with("1."));
        QVERIFY(device.memoryBytes > 0);
        // The least that Vulkan promises.
        QVERIFY(device.limits.maxStorageRange >= 1 << 27);
        QVERIFY(device.limits.maxTexelElements >= 65536);
        QVERIFY(device.limits.offsetAlignment >= 16 && device.limits.offsetAlignment <= 256);
        QVERIFY(device.limits.maxGroups[0] >= 65535);
        QVERIFY(device.limits.subgroupSize >= 1);
        QVERIFY(device.limits.timestampNanoseconds > 0);
    }
}

static std::vector<DeviceInfo> threeDevices()
{
    std::vector<DeviceInfo> devices(3);
    devices[0].name = "GeForce A";
    devices[1].name = "Radeon B";
    devices[2].name = "llvmpipe (LLVM 15.0.6, 256 bits)";
    return devices;
}

void DeviceTest::choosesByNumberAndName()
{
    const auto devices = threeDevices();
    QCOMPARE(chooseDevice(devices, "").name, devices[0].name);
    QCOMPARE(chooseDevice(devices, "1").name, devices[1].name);
    QCOMPARE(chooseDevice(devices, "LLVMPipe").name, devices[2].name);
    QCOMPARE(chooseDevice(devices, "geforce").name, devices[0].name);
    QCOMPARE(chooseDevice(devices, "256").name, devices[2].name); // no such number, but part of a name
}

void DeviceTest::namesWhatThereIsWhenNothingFits()
{
    for (const char* choice : {"3", "-1", "Arc"})
        try {
            chooseDevice(threeDevices(), choice);
            QFAIL("no error");
        } catch (const Error& error) {
            QCOMPARE(error.kind, ErrorKind::Device);
            QVERIFY(std::string(error.what()).find("1 Radeon B") != std::string::npos);
        }
    QVERIFY_THROWS_EXCEPTION(Error, chooseDevice({}, ""));
}

void DeviceTest::takesAwayWhatTheMaskForbids()
{
    DeviceInfo device;
    device.features = {true, true, true, true, true};
    device.limits.maxStorageRange = 1 << 27;
    device.memoryBytes = 8ull << 30;
    device.unifiedMemory = true;
    device.family = KernelFamily::CpuAddress;
    QCOMPARE(applyMask(device, {}).features, device.features);
    QCOMPARE(applyMask(device, {}).family, KernelFamily::CpuAddress);

    DeviceMask mask;
    mask.allowed = {false, false, false, false, false};
    mask.maxStorageRange = 65536;
    mask.maxMemory = 1 << 20;
    mask.unifiedMemory = false;
    const DeviceInfo poor = applyMask(device, mask);
    QCOMPARE(poor.features, DeviceFeatures());
    QCOMPARE(poor.limits.maxStorageRange, uint64_t(65536));
    QCOMPARE(poor.memoryBytes, uint64_t(1 << 20));
    QVERIFY(!poor.unifiedMemory);
    QVERIFY(poor.family != KernelFamily::CpuAddress); // needs addresses and broadcast

    mask.gpuFamily = true;
    QCOMPARE(applyMask(device, mask).family, KernelFamily::Gpu);
}

void DeviceTest::countsValidationMessages()
{
    // Wrong on purpose, so that the silence of all other tests means something: a copy onto itself, overlapping.
    GpuOptions options;
    options.validation = true;
    Gpu gpu(options);
    QCOMPARE(gpu.validationMessages(), 0u);
    const Buffer buffer(gpu, MemoryUse::Activations, 256);
    gpu.commands().copy(buffer, 0, buffer, 16, 64);
    gpu.commands().discard();
    QVERIFY(gpu.validationMessages() > 0);
}

ATHANOR_TEST(DeviceTest)
#include "device_test.moc"
