using Loupe.Engine.Models;

namespace Loupe.Engine.Devices;

/// <summary>The decoder's calls, which come hundreds of times a second: without a closure each.</summary>
public sealed partial class RebuildingModel
{
    void IDecoder.Load(int slot, StageValue prefix)
    {
        var model = Enter();
        try
        {
            model.Decoder.Load(slot, prefix);
        }
        catch (Exception fault) when (_isDeviceFault(fault))
        {
            _lock.ExitReadLock();
            throw Rebuild(model, fault);
        }
        finally
        {
            Exit();
        }
    }

    void IDecoder.Prefill(int slot, ReadOnlySpan<int> tokens, int past, TokenOutputs outputs)
    {
        var model = Enter();
        try
        {
            model.Decoder.Prefill(slot, tokens, past, outputs);
        }
        catch (Exception fault) when (_isDeviceFault(fault))
        {
            _lock.ExitReadLock();
            throw Rebuild(model, fault);
        }
        finally
        {
            Exit();
        }
    }

    void IDecoder.Step(ReadOnlySpan<int> tokens, ReadOnlySpan<int> past, TokenOutputs outputs)
    {
        var model = Enter();
        try
        {
            model.Decoder.Step(tokens, past, outputs);
        }
        catch (Exception fault) when (_isDeviceFault(fault))
        {
            _lock.ExitReadLock();
            throw Rebuild(model, fault);
        }
        finally
        {
            Exit();
        }
    }

    void IDecoder.Move(int from, int to, int length)
    {
        var model = Enter();
        try
        {
            model.Decoder.Move(from, to, length);
        }
        finally
        {
            Exit();
        }
    }

    private void Exit()
    {
        if (_lock.IsReadLockHeld)
        {
            _lock.ExitReadLock();
        }
    }
}
