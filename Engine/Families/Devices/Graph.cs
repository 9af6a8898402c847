using Loupe.Engine.Families.Bundles;
using Microsoft.ML.OnnxRuntime;

namespace Loupe.Engine.Families.Devices;

/// <summary>A loaded graph whose signature was checked. Any number of threads may run it, each on tensors of its own.</summary>
internal sealed class Graph : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string[] _inputs;
    private readonly string[] _outputs;

    private Graph(InferenceSession session, GraphSignature signature)
    {
        _session = session;
        _inputs = [.. signature.Inputs.Select(i => i.Name)];
        _outputs = [.. signature.OutputsOf(session).Select(o => o.Name)];
    }

    /// <summary>Loads a graph of a bundle and checks its signature.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="name">As the manifest names the graph.</param>
    /// <param name="signature">What it should take and give.</param>
    /// <param name="device">What it runs on.</param>
    /// <param name="threads">See <see cref="Device.Open"/>.</param>
    /// <param name="allowSpinning">See <see cref="DeviceOptions.AllowSpinning"/>.</param>
    /// <exception cref="BundleException">The file is no such graph.</exception>
    /// <exception cref="DeviceException">The device cannot run it.</exception>
    public static Graph Open(Bundle bundle, string name, GraphSignature signature, Device device, int threads, bool allowSpinning)
    {
        var path = bundle.GraphPath(name);
        InferenceSession session;
        try
        {
            session = device.Open(path, threads, allowSpinning);
        }
        catch (OnnxRuntimeException e) when (device.Name.IsCuda)
        {
            throw new DeviceException($"{path}: ONNX Runtime cannot load it on {device.Name}: {e.Message}", e);
        }
        catch (OnnxRuntimeException e)
        {
            throw new BundleException($"{path}: ONNX Runtime cannot load it: {e.Message} Export the graph anew.", e);
        }

        try
        {
            signature.Check(path, session);
            return new(session, signature);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Whether the graph has an output that its signature leaves optional.</summary>
    public bool Gives(string output) => _outputs.Contains(output);

    /// <summary>Runs into tensors set aside for it, in the signature's order.</summary>
    public void Run(IReadOnlyCollection<OrtValue> inputs, IReadOnlyCollection<OrtValue> outputs) =>
        _session.Run(_run, _inputs, inputs, _outputs, outputs);

    /// <summary>Runs into new host tensors, which the caller disposes.</summary>
    public IDisposableReadOnlyCollection<OrtValue> Run(IReadOnlyCollection<OrtValue> inputs) =>
        _session.Run(_run, _inputs, inputs, _outputs);

    /// <summary>Tensors bound once, for runs that allocate nothing.</summary>
    public OrtIoBinding Bind() => _session.CreateIoBinding();

    /// <summary>Runs what was bound.</summary>
    public void Run(OrtIoBinding binding) => _session.RunWithBinding(_run, binding);

    public void Dispose()
    {
        _session.Dispose();
        _run.Dispose();
    }
}
