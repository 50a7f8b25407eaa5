// Starts the athanor program as a user does.
#pragma once
#include "tests/support/test_data.h"

#include <QProcess>
#include <QStringList>

namespace athanor {

struct ProgramResult {
    int exitCode = -1; // -1: it crashed or did not end within the time
    QByteArray out, err;
};

// Ready to start, with its caches in cacheFolder (none of the user's are touched).
inline void prepare(QProcess& process, const QStringList& arguments, const QString& cacheFolder)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("XDG_CACHE_HOME", cacheFolder);
    if (!programIsSanitized())
        environment.remove("LP_NUM_THREADS"); // as users have it
    process.setProcessEnvironment(environment);
    process.setProgram(QString::fromStdString(programPath()));
    process.setArguments(arguments);
}

// Waits this many ms for it; as said, for a tiny model under sanitizers on a busy machine.
inline ProgramResult result(QProcess& process, int longest = 600'000)
{
    if (!process.waitForFinished(longest) || process.exitStatus() != QProcess::NormalExit) {
        process.kill();
        process.waitForFinished();
        return {-1, process.readAllStandardOutput(), process.readAllStandardError()};
    }
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

inline ProgramResult runProgram(const QStringList& arguments, const QString& cacheFolder)
{
    QProcess process;
    prepare(process, arguments, cacheFolder);
    process.start();
    return result(process);
}

}
