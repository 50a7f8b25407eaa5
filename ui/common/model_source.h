// What the window asks about the files of models. The program gives a source that looks through folders, tests one of
// their own.
#pragma once
#include "inference/graph/param_kind.h"

#include <QImage>
#include <QObject>
#include <QString>
#include <QStringList>

#include <cstdint>
#include <functional>
#include <vector>

namespace athanor {

enum class ModelFamily : uint8_t {
    Unread, // its header is still to be read
    Checkpoint,
    DiffusionModel, // a checkpoint's network alone
    TextEncoder,
    ControlNet,
    Vae,
    Lora,
    Embedding,
    Upscaler,
    Preprocessor,
    Unsupported, // a sound file that this version has no use for
    Damaged,
};

// Texts come from files and their names: shown as plain text, never interpreted.
struct ModelEntry {
    QString name; // in its folder, as parameters name it: "controlnets/canny"
    QString shown; // the same without the folder, escaped: what people see
    QString path; // absolute; tells entries apart
    QString picture; // path of the one beside it; empty: none
    ModelFamily family = ModelFamily::Unread;
    QString kind; // "Stable Diffusion 1.x checkpoint"; empty while unread or damaged
    QString problem; // why it cannot be used, one sentence; empty: it can, or nothing is known
    QString precision; // "fp16", "fp32 + fp16"
    quint64 bytes = 0;
    bool isShipped = false; // comes with the program
};

// The node type and the parameter that take the file; empty: none does.
struct ModelLoader {
    QString type, param;
};
ModelLoader loaderOf(ModelFamily family);
// The kinds of parameters that take the file, its loader's first.
std::vector<ParamKind> takersOf(ModelFamily family);

class ModelSource : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    // Looks through the folders anew, in the background; what was found before stays until then.
    virtual void scan() = 0;
    virtual bool isScanning() const = 0;
    virtual QString userFolder() const = 0; // where people put models; may not exist yet
    // A picture at most `side` pixels wide and high; answers later on the window's thread, null where there is none.
    virtual void readPicture(const QString& path, int side, std::function<void(QImage)> then) = 0;
    // What the header of any file or folder says; answers later on the window's thread.
    virtual void identify(const QString& path, std::function<void(ModelFamily)> then) = 0;

signals:
    void scanBegan();
    void found(const std::vector<athanor::ModelEntry>& entries); // new ones, or those known by path with more known
    // All of the folders: what is not among the paths is gone. `skipped`: files whose names cannot be used.
    void scanEnded(const QStringList& paths, int skipped);
};

}
