// The tests of an area are one program, called with a test's name: `inference_tests samplers_test [Qt Test's options]`.
// A test file ends with one of the macros below. Each test has a process of its own, as ctest calls it.
#pragma once
#include <QTest>

namespace athanor {

enum class TestApplication { None, Core, Window };

struct TestEntry {
    const char* file; // its source; the name is what stands between folder and ending
    TestApplication application;
    int (*run)(int argc, char** argv);
};

// Adds a test to the table of the program that it is linked into.
struct TestRegistration {
    explicit TestRegistration(const TestEntry& entry);
};

}

#define ATHANOR_REGISTER_TEST(Class, kind)                                                                             \
    static const athanor::TestRegistration registration##Class(                                                        \
        {__FILE__, athanor::TestApplication::kind, [](int argc, char** argv) {                                         \
             Class test;                                                                                               \
             return QTest::qExec(&test, argc, argv);                                                                   \
         }});

#define ATHANOR_TEST(Class) ATHANOR_REGISTER_TEST(Class, None) // no application object
#define ATHANOR_CORE_TEST(Class) ATHANOR_REGISTER_TEST(Class, Core) // an event loop
#define ATHANOR_WINDOW_TEST(Class) ATHANOR_REGISTER_TEST(Class, Window) // widgets
