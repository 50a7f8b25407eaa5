// What becomes of a file that another program changes while it is open here.
#include "inference/graph/graph_difference.h"
#include "inference/graph/workflow_json.h"
#include "ui/panels/changed_file_dialog.h"
#include "ui/window/file_actions.h"

#include <QFileInfo>

#include <functional>

namespace athanor {

void FileActions::lookAtFile()
{
    const QString path = m_document.file();
    if (path.isEmpty() || m_asking)
        return;
    m_files.look(path, [this, path](const FileState& state) {
        if (path != m_document.file() || state == m_document.fileState() || m_asking)
            return;
        if (state.isEmpty()) {
            if (m_document.isReadOnly() || m_document.fileState().isEmpty())
                return;
            m_document.setFileState({});
            m_document.setLost();
            emit goneFromDisk();
            return;
        }
        if (state == m_toldState)
            return;
        withFileNow(
            [this](const OpenedFile& file) {
                m_toldState = file.state;
                emit changedOnDisk();
            },
            {});
    });
}

// What the file says by now. The same: it was only touched, or says what is open here too.
void FileActions::withFileNow(
    const std::function<void(const OpenedFile& file)>& changed, const std::function<void()>& same)
{
    const QString path = m_document.file();
    m_files.open(path, [this, path, changed, same](const OpenedFile& file) {
        if (path != m_document.file())
            return;
        const bool asHere = file.problem.isEmpty() && file.digest == digestOf(m_document.graph());
        if (!asHere && (!file.problem.isEmpty() || file.digest != m_digest))
            return changed(file);
        if (asHere && m_document.isModified() && !m_document.isReadOnly())
            m_document.setSaved(path);
        m_document.setFileState(file.state);
        m_digest = file.digest;
        if (same)
            same();
    });
}

void FileActions::compareWithFile()
{
    withFileNow([this](const OpenedFile& file) { askAboutChange(file, true, {}); }, {});
}

void FileActions::askAboutChange(const OpenedFile& file, bool compares, const Then& then)
{
    delete m_asking;
    ChangedFileDialog::Facts facts{QFileInfo(m_document.file()).fileName(), file.problem, file.readOnly, {}};
    if (file.problem.isEmpty())
        facts.difference = differenceOf(file.graph, m_document.graph());
    m_asking = new ChangedFileDialog(facts, &m_window);
    if (compares)
        m_asking->showDifference();
    connect(m_asking, &ChangedFileDialog::chosen, this, [this, file, then](ChangedFileDialog::Choice choice) {
        if (choice == ChangedFileDialog::Choice::Overwrite)
            write(m_document.file(), file.state, then); // what has come since is asked about again
        else if (choice == ChangedFileDialog::Choice::SaveAs)
            askWhereToSave(then);
        else
            take(file);
    });
    m_asking->open();
}

void FileActions::reload()
{
    withFileNow([this](const OpenedFile& file) { take(file); }, {});
}

void FileActions::take(const OpenedFile& file)
{
    if (!file.problem.isEmpty()) {
        emit problem(file.problem);
        return;
    }
    const QString path = m_document.file();
    if (file.readOnly || m_document.isReadOnly())
        m_document.reset(file.graph, path, file.readOnly);
    else if (m_document.editWhole(tr("Reload"), file.graph))
        m_document.setSaved(path);
    else
        return;
    m_document.setFileState(file.state);
    m_digest = file.digest;
    m_toldState = {};
    if (!file.warnings.isEmpty())
        emit warned(file.warnings.join(QLatin1Char('\n')));
    emit reloaded();
}

}
